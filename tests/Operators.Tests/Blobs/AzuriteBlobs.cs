using System.Net;

namespace Updraft.Operators.Tests;

/// <summary>What tests of operators want of Azurite.</summary>
internal static class AzuriteBlobs
{
    private static readonly HttpClient Client = new();

    public static Connection ByKey(this AzuriteServer azurite) => new() { Url = azurite.Url, User = AzuriteServer.Account, Password = azurite.Key };

    public static Connection BySignature(this AzuriteServer azurite) => new() { Url = azurite.Url, Token = azurite.Signature() };

    /// <summary>Makes a container with blobs.</summary>
    public static async Task<string> ContainerAsync(this AzuriteServer azurite, params string[] blobs)
    {
        var container = $"c{Guid.NewGuid():N}";
        await azurite.SendAsync(HttpMethod.Put, $"{container}?restype=container", null);
        foreach (var blob in blobs) await azurite.PutAsync(container, blob);
        return container;
    }

    public static Task PutAsync(this AzuriteServer azurite, string container, string blob, string content = "data") =>
        azurite.SendAsync(HttpMethod.Put, $"{container}/{Uri.EscapeDataString(blob)}?", content);

    private static async Task SendAsync(this AzuriteServer azurite, HttpMethod method, string path, string? content)
    {
        using var request = new HttpRequestMessage(method, $"{azurite.Url}/{path}&{azurite.Signature()}") { Content = new StringContent(content ?? "") };
        request.Headers.Add("x-ms-version", "2021-12-02");
        if (content is not null) request.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var response = await Client.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }
}
