using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class SessionMessagesTests : IAsyncLifetime
{
    private readonly FakeActions _actions = new();
    private AppStage _stage = null!;

    public async Task InitializeAsync() => _stage = await AppStage.StartAsync();

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    private Task HandleAsync(string session, params (string Name, object Value)[] properties) =>
        _stage.Get<SessionMessages>().HandleAsync(Message.Of("e-1", BinaryData.FromString("{\"by\": \"ann\"}"), 1, session, properties), _actions, default);

    [Fact]
    public async Task Handle_AnEvent_IsForItsSessionsKey()
    {
        await HandleAsync("order-42", ("event", "approved"));

        var known = await _stage.Runs.Events.ListAsync("order-42").ToListAsync();
        Assert.Equal(("approved", "order-42", "e-1", "completed"), (known[0].Name, known[0].Key, known[0].Id, _actions.Settled));
    }

    [Fact]
    public async Task Handle_AnEventWithAKey_IsForThat()
    {
        await HandleAsync("order-42", ("event", "approved"), ("key", "order-43"));

        Assert.Empty(await _stage.Runs.Events.ListAsync("order-42").ToListAsync());
        Assert.Single(await _stage.Runs.Events.ListAsync("order-43").ToListAsync());
    }

    [Fact]
    public async Task Handle_WhileTheStoreIsAway_HoldsItsPlaceUntilItIsBack()
    {
        _stage.State.IsAway = true;
        var handling = HandleAsync("order-42", ("event", "approved"));
        Assert.True(_stage.Time.JumpToNextTimer());
        Assert.Null(_actions.Settled);

        _stage.State.IsAway = false;
        for (; !handling.IsCompleted; await Task.Yield()) _stage.Time.JumpToNextTimer();
        await handling;

        Assert.Equal("completed", _actions.Settled);
        Assert.Single(await _stage.Runs.Events.ListAsync("order-42").ToListAsync());
    }

    [Fact]
    public async Task Handle_WhileTheStoreStaysAway_IsGivenBackWhileItsLockHolds()
    {
        _stage.State.IsAway = true;
        var begin = _stage.Time.GetUtcNow();
        var handling = HandleAsync("order-42", ("event", "approved"));
        for (; !handling.IsCompleted; await Task.Yield()) _stage.Time.JumpToNextTimer();
        await handling;

        Assert.Equal("abandoned", _actions.Settled);
        Assert.InRange(_stage.Time.GetUtcNow() - begin, TimeSpan.FromMinutes(3), SessionMessages.Patience);
    }

    [Fact]
    public async Task Handle_WhatIsNoEvent_IsPutAside()
    {
        await HandleAsync("order-42");

        Assert.Equal(("dead-lettered", QueueErrors.NotUnderstood), (_actions.Settled, _actions.Reason));
    }
}
