namespace Updraft.Azure.Tests;

/// <summary>Blobs: what goes beyond the contract of every store.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobBlobStoreTests(AzuriteFixture azurite)
{
    [AzuriteTheory]
    [InlineData("all of it")]
    [InlineData("")]
    public async Task WriteAsync_OverALog_ReplacesIt(string content)
    {
        var blobs = (await OpenAsync()).Blobs;
        await blobs.AppendAsync("a/", 0, "a log");

        await blobs.WriteAsync("a/", content);

        Assert.Equal(content, await blobs.TextAsync("a/"));
    }

    [AzuriteFact]
    public async Task AppendAsync_OverOneRequest_IsExact()
    {
        var blobs = (await OpenAsync()).Blobs;
        var bytes = new byte[(9 << 20) + 1];
        new Random(6).NextBytes(bytes);

        Assert.Equal(bytes.Length, await blobs.AppendAsync("log/", 0, bytes));

        Assert.Equal(bytes, await blobs.BytesAsync("log/"));
    }

    [AzuriteFact]
    public async Task AppendAsync_Nothing_TellsWhetherTheLengthIsSo()
    {
        var blobs = (await OpenAsync()).Blobs;

        Assert.Equal(0, await blobs.AppendAsync("log/", 0, ""));
        Assert.Null(await blobs.AppendAsync("log/", 1, ""));
        Assert.Equal("", await blobs.TextAsync("log/"));
    }

    [AzuriteFact]
    public async Task AppendAsync_ToWhatWasWrittenAsAWhole_IsRefused()
    {
        var blobs = (await OpenAsync()).Blobs;
        await blobs.WriteAsync("a/", "whole");

        await Assert.ThrowsAsync<ArgumentException>(() => blobs.AppendAsync("a/", 5, "more"));
    }

    [AzuriteTheory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(100)]
    public async Task OpenReadAsync_AtTheEndAndBehindIt_IsEmpty(long offset)
    {
        var blobs = (await OpenAsync()).Blobs;
        await blobs.WriteAsync("a/", "whole");

        Assert.Equal("", await blobs.TextAsync("a/", offset));
    }

    [AzuriteFact]
    public async Task OpenReadAsync_EmptyBlob_IsEmpty()
    {
        var blobs = (await OpenAsync()).Blobs;
        await blobs.WriteAsync("a/", "");

        Assert.Equal(("", 0), (await blobs.TextAsync("a/"), await blobs.GetLengthAsync("a/")));
    }

    [AzuriteFact]
    public async Task WriteAsync_ManyAtOnce_OneOfThemIsThere()
    {
        var blobs = (await OpenAsync()).Blobs;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => blobs.WriteAsync("a/", new string((char)('a' + n), 1000)))));

        var found = await blobs.TextAsync("a/");
        Assert.Equal(1000, found!.Length);
        Assert.Single(found.Distinct());
    }

    private Task<AzureStorage> OpenAsync() => AzureStorage.OpenAsync(new AzureStorageOptions { Storage = azurite.Server.ConnectionString, Container = $"c{Guid.NewGuid():N}" });
}
