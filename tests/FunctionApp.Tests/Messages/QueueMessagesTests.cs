using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class QueueMessagesTests : IAsyncLifetime
{
    private readonly FakeActions _actions = new();
    private AppStage _stage = null!;

    public async Task InitializeAsync()
    {
        _stage = await AppStage.StartAsync();
        await _stage.PublishAsync("{name: d, params: {x: {default: 0}}, tasks: {one: {event: {name: go, key: k}}}}");
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    private Task HandleAsync(global::Azure.Messaging.ServiceBus.ServiceBusReceivedMessage message, CancellationToken stop = default) => _stage.Get<QueueMessages>().HandleAsync(message, _actions, stop);

    [Fact]
    public async Task Handle_ARequest_MakesTheRunAndCompletes()
    {
        await HandleAsync(Message.Of("m", """{"x": 1}""", ("dag", "d"), ("run_id", "r"), ("label.n", 7), ("note", "hello")));

        var run = await _stage.Runs.Runs.Reader.GetAsync("r");
        Assert.Equal(("d", "7", "completed"), (run!.Request.Dag, run.Request.Labels["n"], _actions.Settled));
        Assert.Empty(_stage.Bus.Sent);
    }

    [Fact]
    public async Task Handle_TheSameTwice_MakesOneRun()
    {
        await HandleAsync(Message.Of("m", "", ("dag", "d")));
        await _stage.Get<QueueMessages>().HandleAsync(Message.Of("m", "", ("dag", "d")), new FakeActions(), default);

        Assert.Single((await _stage.Runs.Search.FindAsync(new RunFilter(), null, 10, _ => true)).Runs);
    }

    [Theory]
    [InlineData("m", """{"dag": "missing"}""", "UPD2")]
    [InlineData("m", "no json", "UPD2702")]
    [InlineData("", """{"dag": "d"}""", "UPD2701")]
    public async Task Handle_WhatCanNeverBeDone_IsPutAsideWithCodeReasonAndAlert(string id, string body, string code)
    {
        await HandleAsync(Message.Of(id, body));

        Assert.Equal("dead-lettered", _actions.Settled);
        Assert.StartsWith(code, _actions.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(code, _actions.Description!, StringComparison.Ordinal);
        Assert.NotNull(_actions.Changed![BusMessages.DeadAt]);
        Assert.Equal(AlertKinds.DeadLetter, Assert.Single((await _stage.Runs.Alerts.ListAsync()).Alerts).Kind);
    }

    [Fact]
    public async Task Handle_ABodyThatIsNoText_IsPutAside()
    {
        await HandleAsync(Message.Of("m", BinaryData.FromBytes(new byte[] { 0xC3, 0x28 }), 1, null, ("dag", "d")));

        Assert.Equal(("dead-lettered", QueueErrors.MessageRefused), (_actions.Settled, _actions.Reason));
    }

    [Fact]
    public async Task Handle_WhileTheStoreIsAway_SendsTheMessageAgainForLaterAndThenCompletes()
    {
        _stage.State.IsAway = true;
        _actions.Settling += () => Assert.Single(_stage.Bus.Sent);
        await HandleAsync(Message.Of("m", "", ("dag", "d"), ("run_id", "r")));

        var (copy, at) = Assert.Single(_stage.Bus.Sent);
        Assert.Equal("completed", _actions.Settled);
        Assert.Equal(_stage.Time.GetUtcNow() + RunRequestHandler.RetryAfter, at);
        Assert.NotEqual("m", copy.MessageId);
        Assert.InRange(copy.MessageId.Length, 1, BusMessages.LongestId);

        _stage.State.IsAway = false;
        var again = new FakeActions();
        await _stage.Get<QueueMessages>().HandleAsync(Message.Received(copy), again, default);
        Assert.Equal(("completed", "message m"), (again.Settled, (await _stage.Runs.Runs.Reader.GetAsync("r"))!.Request.TriggeredBy));
    }

    [Fact]
    public async Task Handle_AgainAndAgain_GoesByAnotherIdEachTimeAndByTheSameForEachDelivery()
    {
        _stage.State.IsAway = true;
        var first = Message.Of("m", "", ("dag", "d"));
        await HandleAsync(first);
        await _stage.Get<QueueMessages>().HandleAsync(first, new FakeActions(), default);
        await _stage.Get<QueueMessages>().HandleAsync(Message.Received(_stage.Bus.Sent[0].Message), new FakeActions(), default);

        var ids = _stage.Bus.Sent.Select(sent => sent.Message.MessageId).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.All(_stage.Bus.Sent, sent => Assert.Equal("m", BusMessages.Read(Message.Received(sent.Message)).Id));
    }

    [Fact]
    public async Task Handle_WhereTheCopyCannotBeSent_IsNotSettled()
    {
        (_stage.State.IsAway, _stage.Bus.Fails) = (true, global::Azure.Messaging.ServiceBus.ServiceBusFailureReason.ServiceBusy);

        Assert.Equal(FunctionAppErrors.ServiceBus, (await Assert.ThrowsAsync<UpdraftException>(() => HandleAsync(Message.Of("m", "", ("dag", "d"))))).Code);
        Assert.Null(_actions.Settled);
    }

    [Fact]
    public async Task Handle_WithItsLockLost_FailsSoThatItComesAgain()
    {
        _actions.IsLockLost = true;

        await Assert.ThrowsAsync<global::Azure.Messaging.ServiceBus.ServiceBusException>(() => HandleAsync(Message.Of("m", "", ("dag", "d"), ("run_id", "r"))));
        Assert.NotNull(await _stage.Runs.Runs.Reader.GetAsync("r"));
    }

    [Fact]
    public async Task Handle_WhenTheHostStops_IsNotSettled()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HandleAsync(Message.Of("m", "", ("dag", "d")), new CancellationToken(canceled: true)));

        Assert.Null(_actions.Settled);
    }

    [Fact]
    public void Split_OfALongReason_IsWhatServiceBusTakes()
    {
        var (reason, description) = Settlement.Split("UPD2702: " + new string('x', 3_999) + "😀" + new string('y', 9_000));

        Assert.Equal(("UPD2702", 4_000), (reason, description.Length));
        Assert.Equal(("Refused", "it came late"), Settlement.Split("it came late"));
    }
}
