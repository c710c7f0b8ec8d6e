using System.Collections.Immutable;
using Azure.Messaging.ServiceBus;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

public sealed class ServiceBusQueueTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly FakeServiceBus _bus = new();
    private readonly ServiceBusQueue _queue;

    public ServiceBusQueueTests() => _queue = new(new(() => _bus), "run-requests", _time);

    public async ValueTask DisposeAsync() => await _queue.DisposeAsync();

    [Fact]
    public async Task Send_OfAMessage_IsWhatIsRead()
    {
        var message = new QueueMessage { Id = "m 1/ü", Body = """{"x":"ß"}""", Properties = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("dag", "d").Add("label.team", "ä") };

        await _queue.SendAsync(message);

        var read = BusMessages.Read(Message.Received(Assert.Single(_bus.Sent).Message));
        Assert.Equal((message.Id, message.Body), (read.Id, read.Body));
        Assert.Equal(message.Properties, read.Properties);
        Assert.Equal(message.Id, _bus.Sent[0].Message.MessageId);
    }

    [Fact]
    public async Task Send_OfAnIdTooLongForServiceBus_KeepsIt()
    {
        var id = new string('i', 200);
        await _queue.SendAsync(new QueueMessage { Id = id });

        Assert.InRange(_bus.Sent[0].Message.MessageId.Length, 1, BusMessages.LongestId);
        Assert.Equal(id, BusMessages.Read(Message.Received(_bus.Sent[0].Message)).Id);
    }

    [Fact]
    public async Task Send_OfWhatMayNotBe_SendsNothing()
    {
        await Assert.ThrowsAsync<UpdraftException>(() => _queue.SendAsync(new QueueMessage { Id = "" }));

        Assert.Empty(_bus.Sent);
    }

    [Theory]
    [InlineData(ServiceBusFailureReason.MessageSizeExceeded, QueueErrors.MessageRefused)]
    [InlineData(ServiceBusFailureReason.Unauthorized, FunctionAppErrors.ServiceBus)]
    [InlineData(ServiceBusFailureReason.MessagingEntityNotFound, FunctionAppErrors.ServiceBus)]
    public async Task Send_ThatFails_SaysWhy(ServiceBusFailureReason reason, string code)
    {
        _bus.Fails = reason;

        Assert.Equal(code, (await Assert.ThrowsAsync<UpdraftException>(() => _queue.SendAsync(new QueueMessage { Id = "m" }))).Code);
    }

    [Fact]
    public void Read_OfPropertiesOfOtherTypes_IsTheirText()
    {
        var read = BusMessages.Read(Message.Of("m", "", ("n", 7L), ("f", 1.5), ("b", true), ("t", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), ("bytes", new byte[] { 1 }), ("Diagnostic-Id", "00-trace")));

        Assert.Equal(("7", "1.5", "true", "2026-01-02T03:04:05.0000000+00:00", "00-trace"), (read.Properties["n"], read.Properties["f"], read.Properties["b"], read.Properties["t"], read.Properties[QueueProperties.TraceParent]));
        Assert.False(read.Properties.ContainsKey("bytes"));
    }

    [Fact]
    public async Task Waiting_OfManyMessages_ShowsAllWithWhyTheyWait()
    {
        for (var n = 1; n <= 250; n++) _bus.Waiting.Add(Message.Of($"m{n}", BinaryData.FromString(""), n));
        await _queue.ScheduleAsync(BusMessages.Later(_bus.Waiting[0], "there is no room"), TimeSpan.FromMinutes(1), default);
        var later = _bus.Sent[0].Message;
        _bus.Waiting.Add(ServiceBusModelFactory.ServiceBusReceivedMessage(messageId: later.MessageId, properties: later.ApplicationProperties, sequenceNumber: 251, scheduledEnqueueTime: _bus.Sent[0].At!.Value, enqueuedTime: _time.GetUtcNow().AddHours(1)));

        var waiting = await _queue.WaitingAsync().ToListAsync();

        Assert.Equal(251, waiting.Count);
        Assert.Equal(("m1", "there is no room", _time.GetUtcNow().AddMinutes(1)), (waiting[^1].Message.Id, waiting[^1].Postponed, waiting[^1].HiddenUntil));
        Assert.Equal(waiting[0].EnqueuedAt, waiting[^1].EnqueuedAt);
        Assert.Empty(waiting[^1].Message.Properties);
        Assert.Null(waiting[1].HiddenUntil);
    }

    [Fact]
    public async Task DeadLetters_OfManyMessages_AreTheNewestFirst()
    {
        for (var n = 1; n <= ServiceBusQueue.MostDead + 5; n++) _bus.Dead.Add(Message.Of($"m{n}", BinaryData.FromString(""), n));

        var dead = await _queue.DeadLettersAsync().ToListAsync();

        Assert.Equal(ServiceBusQueue.MostDead, dead.Count);
        Assert.Equal(($"m{ServiceBusQueue.MostDead + 5}", "m6"), (dead[0].Message.Id, dead[^1].Message.Id));
    }

    [Fact]
    public async Task Requeue_OfADeadLetter_SendsItUnderAnotherIdAndRemovesIt()
    {
        for (var n = 1; n <= 150; n++) _bus.Dead.Add(Message.Of($"m{n}", BinaryData.FromString("{}"), n, null, ("dag", "d")));

        Assert.True(await _queue.RequeueAsync("142"));

        var sent = Assert.Single(_bus.Sent).Message;
        Assert.NotEqual("m142", sent.MessageId);
        Assert.Equal(("m142", "d"), (BusMessages.Read(Message.Received(sent)).Id, BusMessages.Read(Message.Received(sent)).Properties["dag"]));
        Assert.Equal(149, _bus.Dead.Count);
        // Those that were held are free again.
        Assert.True(await _queue.PurgeAsync("1"));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("no number")]
    public async Task Purge_OfWhatIsNotThere_IsFalse(string name)
    {
        _bus.Dead.Add(Message.Of("m", BinaryData.FromString(""), 9));

        Assert.False(await _queue.PurgeAsync(name));
        Assert.Single(_bus.Dead);
    }

    [Fact]
    public async Task Requeue_OfWhatAnotherHolds_IsRefusedAndNothingIsSent()
    {
        _bus.Dead.Add(Message.Of("m", BinaryData.FromString(""), 9));
        _bus.Locked.Add(9);

        Assert.Contains("another receiver", (await Assert.ThrowsAsync<UpdraftException>(() => _queue.RequeueAsync("9"))).Message, StringComparison.Ordinal);
        Assert.Empty(_bus.Sent);
    }
}
