using Updraft.Dags;

namespace Updraft.Azure.Tests;

/// <summary>Blobs while the network and the service fail.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobBlobStoreFaultTests(AzuriteFixture azurite)
{
    private const int Large = 9 << 20;

    [AzuriteFact]
    public async Task AppendAsync_AnswerLost_StandsThereOnce()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(Fault.LoseAnswer);
        storage.Proxy.Next(Fault.LoseAnswer, of: FaultyStorage.IsAppend);

        Assert.Equal(3, await storage.Faulty.Blobs.AppendAsync("log/", 0, "one"));
        storage.Proxy.Next(Fault.LoseAnswer with { Meanwhile = () => storage.Direct.Blobs.AppendAsync("log/", 6, "three") }, of: FaultyStorage.IsAppend);
        Assert.Equal(6, await storage.Faulty.Blobs.AppendAsync("log/", 3, "two"));

        Assert.Equal("onetwothree", await storage.Direct.Blobs.TextAsync("log/"));
        Assert.Equal(0, storage.Proxy.Left);
    }

    [AzuriteFact]
    public async Task AppendAsync_AnswerNeverComes_IsRecognisedWhenItIsRepeated()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        await storage.Direct.Blobs.AppendAsync("log/", 0, "one");
        storage.Proxy.Next(Fault.LoseAnswer, times: 1, of: FaultyStorage.IsAppend);
        storage.Proxy.Next(Fault.Drop, times: 4, of: FaultyStorage.IsAppend);

        await Assert.ThrowsAsync<UpdraftException>(() => storage.Faulty.Blobs.AppendAsync("log/", 3, "two"));

        Assert.Equal(6, await storage.Faulty.Blobs.AppendAsync("log/", 3, "two"));
        Assert.Null(await storage.Faulty.Blobs.AppendAsync("log/", 3, "tw0"));
        Assert.Null(await storage.Faulty.Blobs.AppendAsync("log/", 3, "twoo"));
        Assert.Null(await storage.Faulty.Blobs.AppendAsync("log/", 7, "two"));
        Assert.Equal("onetwo", await storage.Direct.Blobs.TextAsync("log/"));
    }

    [AzuriteFact]
    public async Task WriteAsync_EveryAnswerLostOnce_IsExact()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var bytes = Bytes(1);
        storage.Proxy.Next(Fault.LoseAnswer, times: 3, of: FaultyStorage.IsStage);
        storage.Proxy.Next(Fault.LoseAnswer, times: 1, of: FaultyStorage.IsCommit);

        await storage.Faulty.Blobs.WriteAsync("a/", new MemoryStream(bytes));

        Assert.Equal(bytes, await storage.Direct.Blobs.BytesAsync("a/"));
        Assert.Equal(0, storage.Proxy.Left);
    }

    [AzuriteFact]
    public async Task WriteAsync_FailsOnTheWay_LeavesWhatWasThere()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        await storage.Direct.Blobs.WriteAsync("a/", "before");
        storage.Proxy.Next(Fault.Drop, times: 5, of: FaultyStorage.IsCommit);

        await Assert.ThrowsAsync<UpdraftException>(() => storage.Faulty.Blobs.WriteAsync("a/", new MemoryStream(Bytes(2))));

        Assert.Equal("before", await storage.Direct.Blobs.TextAsync("a/"));
    }

    [AzuriteFact]
    public async Task WriteAsync_OtherWriteBeforeItsCommit_IsAsIfItHadBeenFirst()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        storage.Proxy.Next(new Fault(Meanwhile: () => storage.Direct.Blobs.WriteAsync("a/", "other")), of: FaultyStorage.IsStage);

        await storage.Faulty.Blobs.WriteAsync("a/", "this");

        Assert.Equal("other", await storage.Direct.Blobs.TextAsync("a/"));
    }

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenReadAsync_ConnectionsBreak_GoesOnWhereItWas(bool log)
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        var bytes = Bytes(3);
        if (log) await storage.Direct.Blobs.AppendAsync("a/", 0, bytes);
        else await storage.Direct.Blobs.WriteAsync("a/", new MemoryStream(bytes));
        // A log grows between the tries, which changes its etag.
        storage.Proxy.Next(log ? Fault.Cut with { Meanwhile = () => storage.Direct.Blobs.AppendAsync("a/", Large, "more") } : Fault.Cut, of: FaultyStorage.IsRead);
        storage.Proxy.Next(Fault.Cut, times: 2, of: FaultyStorage.IsRead);

        var read = await storage.Faulty.Blobs.BytesAsync("a/", 5);

        Assert.Equal(bytes[5..], read);
        Assert.Equal(0, storage.Proxy.Left);
    }

    [AzuriteFact]
    public async Task OpenReadAsync_ReplacedWhileItIsReadAndCut_IsRefused()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        await storage.Direct.Blobs.WriteAsync("a/", new MemoryStream(Bytes(4)));
        storage.Proxy.Next(Fault.Cut with { Meanwhile = () => storage.Direct.Blobs.WriteAsync("a/", new MemoryStream(Bytes(5))) }, of: FaultyStorage.IsRead);

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => storage.Faulty.Blobs.BytesAsync("a/"));

        Assert.Equal(AzureErrors.Replaced, refused.Code);
    }

    [AzuriteFact]
    public async Task DeleteAsync_ServiceBusyAndAnswersLost_RemovesAll()
    {
        await using var storage = await FaultyStorage.OpenAsync(azurite);
        foreach (var n in Enumerable.Range(0, 40)) await storage.Direct.Blobs.WriteAsync($"r/{n}/", "x");
        await storage.Direct.Blobs.WriteAsync("s/", "x");
        // No request meets more of them than it is repeated.
        storage.Proxy.Next(Fault.Busy, times: 2, of: FaultyStorage.IsDelete);
        storage.Proxy.Next(Fault.LoseAnswer, times: 2, of: FaultyStorage.IsDelete);

        await storage.Faulty.Blobs.DeleteAsync("r/");

        Assert.Equal(["s/"], await storage.Direct.Blobs.ListAsync("").ToListAsync());
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[Large];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
