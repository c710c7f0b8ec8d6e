using System.Text;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>A container of its own in Azurite, reached as it is and through a proxy that has faults.</summary>
internal sealed class FaultyStorage : IAsyncDisposable
{
    private FaultyStorage(FaultyProxy proxy, AzureStorage direct, AzureStorage faulty) => (Proxy, Direct, Faulty) = (proxy, direct, faulty);

    public FaultyProxy Proxy { get; }

    public AzureStorage Direct { get; }

    public AzureStorage Faulty { get; }

    public static async Task<FaultyStorage> OpenAsync(AzuriteFixture azurite)
    {
        var proxy = new FaultyProxy(azurite.Server.Url);
        var options = new AzureStorageOptions { Storage = azurite.Server.ConnectionString, Container = $"c{Guid.NewGuid():N}", RetryDelay = TimeSpan.FromMilliseconds(1) };
        var direct = await AzureStorage.OpenAsync(options);
        var faulty = AzureStorage.Of(options with { Storage = azurite.Server.ConnectionStringAt(proxy.Url) });
        return new FaultyStorage(proxy, direct, faulty);
    }

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();

    public static bool IsCommit(ProxyRequest request) => request.Is("PUT", "comp=blocklist");

    public static bool IsStage(ProxyRequest request) => request.Is("PUT", "comp=block");

    public static bool IsAppend(ProxyRequest request) => request.Is("PUT", "comp=appendblock");

    public static bool IsDelete(ProxyRequest request) => request.Method == "DELETE";

    public static bool IsRead(ProxyRequest request) => request.Method == "GET";
}

internal static class StoreTexts
{
    public static DocumentWrite Write(string json) => new() { Content = Encoding.UTF8.GetBytes(json) };

    public static string Text(this Document document) => Encoding.UTF8.GetString(document.Content.Span);

    public static async Task<string?> TextAsync(this IStateStore store, string path) => (await store.GetAsync(path))?.Text();

    public static Task WriteAsync(this IBlobStore store, string path, string text) => store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static Task<long?> AppendAsync(this IBlobStore store, string path, long offset, string text) => store.AppendAsync(path, offset, Encoding.UTF8.GetBytes(text));

    public static async Task<string?> TextAsync(this IBlobStore store, string path, long offset = 0) =>
        await store.BytesAsync(path, offset) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public static async Task<byte[]?> BytesAsync(this IBlobStore store, string path, long offset = 0)
    {
        await using var stream = await store.OpenReadAsync(path, offset);
        if (stream is null) return null;
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
