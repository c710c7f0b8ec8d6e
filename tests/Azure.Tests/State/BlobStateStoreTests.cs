using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>Documents as blobs: what goes beyond the contract of every store.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobStateStoreTests(AzuriteFixture azurite)
{
    [AzuriteFact]
    public async Task ListAsync_NamesThatTheServiceHasNot_AreKeptInOrderOfPaths()
    {
        var store = (await OpenAsync()).State;
        var long1 = string.Concat(Enumerable.Repeat("%E2%82%AC", 200));
        string[] paths =
        [
            "r/a/", "r/a./", "r/a../", "r/a.-/", "r/a.b/", "r/a-/", "r/a%2F/", "r/a0/", "r/a/x/", "r/a./x/", "r/a.../x/", "r/_/",
            $"r/{long1}/", $"r/{long1}%21/", $"r/{long1}/x/", $"r/{long1[..890]}/", $"r/{long1[..890]}a/", $"r/{long1[..890]}/b/",
        ];
        foreach (var path in paths) await store.PutAsync(path, StoreTexts.Write("1") with { Summary = path[..Math.Min(path.Length, 100)] + "ü\n" });

        var found = await store.ListAsync("r/").ToListAsync();

        Assert.Equal(paths.Order(StringComparer.Ordinal), found.Select(entry => entry.Path));
        Assert.All(found, entry => Assert.Equal(entry.Path[..Math.Min(entry.Path.Length, 100)] + "ü\n", entry.Summary));
        foreach (var prefix in (string[])["r/a", "r/a.", "r/a./", "r/a..", $"r/{long1[..893]}", $"r/{long1}", $"r/{long1}/"])
            Assert.Equal(paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal), await store.ListAsync(prefix).Select(entry => entry.Path).ToListAsync());
        foreach (var after in paths)
            Assert.Equal(paths.Where(path => string.CompareOrdinal(path, after) > 0).Order(StringComparer.Ordinal), await store.ListAsync("r/", after).Select(entry => entry.Path).ToListAsync());
        foreach (var entry in found) Assert.True(await store.DeleteAsync(entry.Path, entry.ETag));
    }

    [AzuriteFact]
    public async Task PutAsync_ManyAtOnceWithoutCondition_AllAreDone()
    {
        var store = (await OpenAsync()).State;

        var etags = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => store.PutAsync("a/", StoreTexts.Write($"{n}")))));

        Assert.Equal(20, etags.Distinct().Count());
        Assert.Contains((await store.GetAsync("a/"))!.ETag, etags);
    }

    [AzuriteFact]
    public async Task PutAsync_EmptyDocument_IsThere()
    {
        var store = (await OpenAsync()).State;

        Assert.NotNull(await store.PutAsync("a/", new DocumentWrite { Content = default, If = WriteCondition.IfAbsent }));

        Assert.Equal("", await store.TextAsync("a/"));
    }

    [AzuriteTheory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("a\r\nx-ms-lease-id: b")]
    public async Task ETags_ThatAreNone_MatchNothing(string etag)
    {
        var store = (await OpenAsync()).State;
        await store.PutAsync("a/", StoreTexts.Write("1"));

        Assert.Null(await store.PutAsync("a/", StoreTexts.Write("2") with { If = WriteCondition.IfMatch(etag) }));
        Assert.False(await store.DeleteAsync("a/", etag));
    }

    [AzuriteFact]
    public async Task GetAsync_ContentThatWasNotWritten_IsRefused()
    {
        var storage = await OpenAsync();
        await storage.State.PutAsync("a/", StoreTexts.Write("1"));
        var blob = new BlobContainerClient(azurite.Server.ConnectionString, storage.Container).GetBlockBlobClient("state/a/!");
        var metadata = (await blob.GetPropertiesAsync()).Value.Metadata;
        await blob.StageBlockAsync(BlockIds.New(), new MemoryStream([1]));
        await blob.CommitBlockListAsync((await blob.GetBlockListAsync(global::Azure.Storage.Blobs.Models.BlockListTypes.Uncommitted)).Value.UncommittedBlocks.Select(block => block.Name), metadata: metadata);

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => storage.State.GetAsync("a/"));

        Assert.Equal(AzureErrors.Damaged, refused.Code);
    }

    private Task<AzureStorage> OpenAsync() => AzureStorage.OpenAsync(new AzureStorageOptions { Storage = azurite.Server.ConnectionString, Container = $"c{Guid.NewGuid():N}" });
}
