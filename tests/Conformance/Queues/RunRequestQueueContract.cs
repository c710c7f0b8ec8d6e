using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>What every <see cref="IRunRequestQueue"/> does.</summary>
public abstract class RunRequestQueueContract : IAsyncLifetime
{
    private static readonly QueueOptions Options = new() { MaxDeliveries = 3, LockFor = TimeSpan.FromMinutes(1) };

    private IRunRequestQueue _queue = null!;

    /// <summary>A queue that is empty.</summary>
    protected abstract Task<IRunRequestQueue> OpenAsync(QueueOptions options);

    /// <summary>Lets time pass.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    public async Task InitializeAsync() => _queue = await OpenAsync(Options);

    public abstract Task DisposeAsync();

    [ContractFact]
    public async Task Receive_OfAnEmptyQueue_IsNothing() => Assert.Empty(await ReceiveAsync());

    [ContractFact]
    public async Task Receive_OfWhatWasSent_IsAllOfIt()
    {
        var properties = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("dag", "d").Add("label.team", "ä");
        await _queue.SendAsync(new() { Id = "m 1/ü", Body = """{"x":"ß"}""", Properties = properties });

        var received = Assert.Single(await ReceiveAsync());
        Assert.Equal(("m 1/ü", """{"x":"ß"}""", 1), (received.Message.Id, received.Message.Body, received.Deliveries));
        Assert.Equal(properties, received.Message.Properties);
    }

    [ContractFact]
    public async Task Receive_OfSeveral_ComesInOrderAndNotMoreThanAskedFor()
    {
        foreach (var id in new[] { "c", "a", "b" })
        {
            await SendAsync(id);
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["c", "a"], (await ReceiveAsync(2)).Select(each => each.Message.Id));
        Assert.Equal(["b"], (await ReceiveAsync(2)).Select(each => each.Message.Id));
    }

    [ContractFact]
    public async Task Waiting_ShowsWhatIsNotSettled_AndWhy()
    {
        await SendAsync("done");
        await _queue.CompleteAsync(Assert.Single(await ReceiveAsync()));
        await SendAsync("later");
        await _queue.PostponeAsync(Assert.Single(await ReceiveAsync()), TimeSpan.FromMinutes(5), "there is no room");
        await PassAsync(TimeSpan.FromSeconds(1));
        await SendAsync("free");

        var waiting = await _queue.WaitingAsync().ToListAsync();

        Assert.Equal([("later", "there is no room", true), ("free", null, false)], waiting.Select(each => (each.Message.Id, each.Postponed, each.HiddenUntil is not null)));
        Assert.Equal("free", Assert.Single(await ReceiveAsync()).Message.Id);
    }

    [ContractFact]
    public async Task Receive_OfWhatIsLocked_WaitsForTheLock()
    {
        await SendAsync();
        await ReceiveAsync();

        Assert.Empty(await ReceiveAsync());
        await PassAsync(Options.LockFor);
        Assert.Equal(2, Assert.Single(await ReceiveAsync()).Deliveries);
    }

    [ContractFact]
    public async Task Renew_InTime_KeepsTheLock()
    {
        await SendAsync();
        var message = Assert.Single(await ReceiveAsync());
        await PassAsync(Options.LockFor * 0.75);

        var renewed = await _queue.RenewAsync(message);
        await PassAsync(Options.LockFor * 0.75);
        Assert.Empty(await ReceiveAsync());
        Assert.True(await _queue.CompleteAsync(renewed!));
    }

    [ContractFact]
    public async Task Complete_RemovesTheMessage()
    {
        await SendAsync();

        Assert.True(await _queue.CompleteAsync(Assert.Single(await ReceiveAsync())));
        await PassAsync(Options.LockFor);
        Assert.Empty(await ReceiveAsync());
    }

    [ContractFact]
    public async Task Settle_WithALockThatWasLost_ChangesNothing()
    {
        await SendAsync();
        var lost = Assert.Single(await ReceiveAsync());
        await PassAsync(Options.LockFor);
        var holder = Assert.Single(await ReceiveAsync());

        Assert.Null(await _queue.RenewAsync(lost));
        Assert.False(await _queue.CompleteAsync(lost));
        Assert.False(await _queue.AbandonAsync(lost));
        Assert.False(await _queue.PostponeAsync(lost, TimeSpan.Zero, "later"));
        Assert.False(await _queue.DeadLetterAsync(lost, "never"));
        Assert.True(await _queue.CompleteAsync(holder));
        Assert.Empty(await DeadLettersAsync());
    }

    [ContractFact]
    public async Task Abandon_GivesTheMessageBack()
    {
        await SendAsync();

        Assert.True(await _queue.AbandonAsync(Assert.Single(await ReceiveAsync())));
        Assert.Equal(2, Assert.Single(await ReceiveAsync()).Deliveries);
    }

    [ContractFact]
    public async Task Postpone_ComesAgainAfterThatTimeAndCountsNoDelivery()
    {
        await SendAsync();
        for (var i = 0; i < 2 * Options.MaxDeliveries; i++)
        {
            var message = Assert.Single(await ReceiveAsync());
            Assert.Equal(1, message.Deliveries);
            Assert.True(await _queue.PostponeAsync(message, TimeSpan.FromMinutes(5), "the store is away"));
            Assert.Empty(await ReceiveAsync());
            await PassAsync(TimeSpan.FromMinutes(5));
        }
    }

    [ContractFact]
    public async Task Receive_OfWhatWasNeverSettled_PutsItAsideAfterItsDeliveries()
    {
        await SendAsync("poison");
        for (var delivery = 1; delivery <= Options.MaxDeliveries; delivery++)
        {
            Assert.Equal(delivery, Assert.Single(await ReceiveAsync()).Deliveries);
            await PassAsync(Options.LockFor);
        }

        Assert.Empty(await ReceiveAsync());
        var dead = Assert.Single(await DeadLettersAsync());
        Assert.Equal(("poison", Options.MaxDeliveries), (dead.Message.Id, dead.Deliveries));
    }

    [ContractFact]
    public async Task DeadLetter_PutsAsideWithTheReason()
    {
        await SendAsync("bad");

        Assert.True(await _queue.DeadLetterAsync(Assert.Single(await ReceiveAsync()), "no such DAG"));
        await PassAsync(Options.LockFor);
        Assert.Empty(await ReceiveAsync());
        var dead = Assert.Single(await DeadLettersAsync());
        Assert.Equal(("bad", "no such DAG"), (dead.Message.Id, dead.Reason));
    }

    [ContractFact]
    public async Task DeadLetters_AreNewestFirst()
    {
        foreach (var id in new[] { "first", "second" })
        {
            await SendAsync(id);
            await _queue.DeadLetterAsync(Assert.Single(await ReceiveAsync()), "bad");
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["second", "first"], (await DeadLettersAsync()).Select(dead => dead.Message.Id));
    }

    [ContractFact]
    public async Task Requeue_SendsItAgainWithAllItsDeliveries()
    {
        await SendAsync("bad");
        await _queue.DeadLetterAsync(Assert.Single(await ReceiveAsync()), "no such DAG");

        Assert.True(await _queue.RequeueAsync(Assert.Single(await DeadLettersAsync()).Name));
        Assert.Empty(await DeadLettersAsync());
        var again = Assert.Single(await ReceiveAsync());
        Assert.Equal(("bad", 1), (again.Message.Id, again.Deliveries));
    }

    [ContractFact]
    public async Task Purge_RemovesItForGood()
    {
        await SendAsync("bad");
        await _queue.DeadLetterAsync(Assert.Single(await ReceiveAsync()), "no such DAG");
        var name = Assert.Single(await DeadLettersAsync()).Name;

        Assert.True(await _queue.PurgeAsync(name));
        Assert.False(await _queue.PurgeAsync(name));
        Assert.False(await _queue.RequeueAsync(name));
        Assert.Empty(await DeadLettersAsync());
        Assert.Empty(await ReceiveAsync());
    }

    [ContractFact]
    public async Task Receive_ByManyAtOnce_GivesEachMessageToOne()
    {
        for (var i = 0; i < 20; i++) await SendAsync($"m{i}");

        var received = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _queue.ReceiveAsync(20, TimeSpan.Zero)))).SelectMany(each => each).ToList();
        while (await ReceiveAsync() is { Count: > 0 } more) received.AddRange(more);
        Assert.Equal(20, received.Count);
        Assert.Equal(20, received.Select(each => each.Message.Id).Distinct().Count());
    }

    [ContractTheory]
    [InlineData("", 0)]
    [InlineData("line\nbreak", 0)]
    [InlineData("large", QueueMessage.MaxBody + 1)]
    public async Task Send_OfWhatNoMessageMayBe_IsRefused(string id, int body)
    {
        var refused = await Assert.ThrowsAsync<UpdraftException>(() => _queue.SendAsync(new() { Id = id, Body = new string('x', body) }));

        Assert.Equal(QueueErrors.MessageRefused, refused.Code);
    }

    private Task SendAsync(string id = "m") => _queue.SendAsync(new() { Id = id, Body = "{}" });

    private Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int max = 10) => _queue.ReceiveAsync(max, TimeSpan.Zero);

    private async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync() => await _queue.DeadLettersAsync().ToListAsync();
}
