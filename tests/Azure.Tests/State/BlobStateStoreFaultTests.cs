using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>Documents while the network and the service fail.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobStateStoreFaultTests(AzuriteFixture azurite)
{
    [AzuriteTheory]
    [InlineData("absent", null)]
    [InlineData("absent", "w1")]
    [InlineData("match", null)]
    [InlineData("match", "w1")]
    [InlineData("none", null)]
    public async Task PutAsync_AnswerLost_IsAnsweredAsDone(string condition, string? writeId)
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var before = condition == "match" ? await storage.Direct.State.PutAsync("a/", StoreTexts.Write("1")) : null;
        var @if = condition switch { "absent" => WriteCondition.IfAbsent, "match" => WriteCondition.IfMatch(before!), _ => WriteCondition.None };
        storage.Proxy.Next(Fault.LoseAnswer, of: FaultyStorage.IsCommit);

        var etag = await storage.Faulty.State.PutAsync("a/", StoreTexts.Write("2") with { If = @if, WriteId = writeId });

        var found = await storage.Direct.State.GetAsync("a/");
        Assert.Equal((etag, "2", 0), (found!.ETag, found.Text(), storage.Proxy.Left));
    }

    [AzuriteFact]
    public async Task PutAsync_AnswerNeverComes_FailsAndIsRecognisedWhenItIsRepeated()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(Fault.LoseAnswer, times: 1, of: FaultyStorage.IsCommit);
        storage.Proxy.Next(Fault.Drop, times: 4, of: FaultyStorage.IsCommit);
        var write = StoreTexts.Write("1") with { If = WriteCondition.IfAbsent, WriteId = "w1" };

        var failed = await Assert.ThrowsAsync<UpdraftException>(() => storage.Faulty.State.PutAsync("a/", write));
        var etag = await storage.Faulty.State.PutAsync("a/", write);

        Assert.Equal(AzureErrors.Unreachable, failed.Code);
        Assert.Equal(etag, (await storage.Direct.State.GetAsync("a/"))!.ETag);
        Assert.Null(storage.Faulty.Failure);
    }

    [AzuriteFact]
    public async Task PutAsync_AnswerLostAndAnotherWriteMeanwhile_DoesNotUndoIt()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var before = await storage.Direct.State.PutAsync("a/", StoreTexts.Write("1"));
        storage.Proxy.Next(Fault.LoseAnswer with { Meanwhile = () => storage.Direct.State.PutAsync("a/", StoreTexts.Write("3")) }, of: FaultyStorage.IsCommit);

        await storage.Faulty.State.PutAsync("a/", StoreTexts.Write("2") with { If = WriteCondition.IfMatch(before!) });

        Assert.Equal("3", await storage.Direct.State.TextAsync("a/"));
    }

    [AzuriteFact]
    public async Task PutAsync_OtherWriteBetweenStageAndCommit_IsWrittenAllTheSame()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(new Fault(Meanwhile: () => storage.Direct.State.PutAsync("a/", StoreTexts.Write("other"))), times: 3, of: FaultyStorage.IsStage);

        var etag = await storage.Faulty.State.PutAsync("a/", StoreTexts.Write("this"));

        var found = await storage.Direct.State.GetAsync("a/");
        Assert.Equal((etag, "this", 0), (found!.ETag, found.Text(), storage.Proxy.Left));
    }

    [AzuriteFact]
    public async Task PutAsync_Refused_AsksNothingMore()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        await storage.Direct.State.PutAsync("a/", StoreTexts.Write("1"));

        Assert.Null(await storage.Faulty.State.PutAsync("a/", StoreTexts.Write("2") with { If = WriteCondition.IfAbsent }));

        Assert.Equal(2, storage.Proxy.Seen);
    }

    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeleteAsync_AnswerLost_IsAnsweredAsDone(bool matching)
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var etag = await storage.Direct.State.PutAsync("a/", StoreTexts.Write("1"));
        storage.Proxy.Next(Fault.LoseAnswer, of: FaultyStorage.IsDelete);

        Assert.True(await storage.Faulty.State.DeleteAsync("a/", matching ? etag : null));

        Assert.Null(await storage.Direct.State.GetAsync("a/"));
        Assert.False(await storage.Faulty.State.DeleteAsync("a/", null));
    }

    [AzuriteFact]
    public async Task DeleteAsync_NothingThereAndTheServiceBusy_IsFalse()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(Fault.Busy, times: 2, of: FaultyStorage.IsDelete);

        Assert.False(await storage.Faulty.State.DeleteAsync("a/", null));
    }

    [AzuriteTheory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task AnyRequest_FailsForAWhile_IsRepeated(int status)
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var fault = status switch { 503 => Fault.Busy, 429 => Fault.TooMany, _ => Fault.Drop };

        storage.Proxy.Next(fault, times: 4);
        await storage.Faulty.State.PutAsync("a/", StoreTexts.Write("1"));
        storage.Proxy.Next(fault, times: 4);
        Assert.Equal("1", await storage.Faulty.State.TextAsync("a/"));
        storage.Proxy.Next(fault, times: 4);
        Assert.Single(await storage.Faulty.State.ListAsync("").ToListAsync());

        Assert.Equal(0, storage.Proxy.Left);
    }

    [AzuriteTheory]
    [InlineData(503, AzureErrors.Busy)]
    [InlineData(429, AzureErrors.Busy)]
    [InlineData(0, AzureErrors.Unreachable)]
    public async Task AnyRequest_FailsForLong_SaysSoUntilItWorks(int status, string code)
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(status switch { 503 => Fault.Busy, 429 => Fault.TooMany, _ => Fault.Drop }, times: 100);

        var failed = await Assert.ThrowsAsync<UpdraftException>(() => storage.Faulty.State.GetAsync("a/"));

        Assert.Equal((code, true), (failed.Code, StorageCodes.Include(failed.Code)));
        Assert.Same(failed, storage.Faulty.Failure);
        storage.Proxy.Heal();
        Assert.Null(await storage.Faulty.State.GetAsync("a/"));
        Assert.Null(storage.Faulty.Failure);
    }

    [AzuriteFact]
    public async Task GetAsync_CancelledByItsCaller_IsNoFailureOfStorage()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        using var cancel = new CancellationTokenSource();
        storage.Proxy.Next(new Fault(Meanwhile: cancel.CancelAsync, Loses: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storage.Faulty.State.GetAsync("a/", cancel.Token));

        Assert.Null(storage.Faulty.Failure);
    }
}
