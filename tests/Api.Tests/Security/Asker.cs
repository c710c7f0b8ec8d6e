using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api.Tests;

/// <summary>Somebody who asks a server, with a key of their own or without any.</summary>
internal sealed class Asker(ApiTestServer server, string? key)
{
    /// <summary>Somebody with a key that was made for them.</summary>
    public static async Task<Asker> OfAsync(ApiTestServer server, params Grant[] grants)
    {
        var made = await server.Pipeline.GetRequiredService<ApiKeys>().CreateAsync(new CreateKey { Name = string.Join(' ', grants.Select(grant => grant.ToString())), Grants = [.. grants] }, "the test");
        return new Asker(server, made.Secret) { KeyId = made.Key.Id };
    }

    /// <summary>The id of their key.</summary>
    public string? KeyId { get; init; }

    public string? Secret => key;

    public async Task<Answer> AskAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"{UpdraftApi.Prefix}/{path}");
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body, options: ApiJson.Options);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var http = ((TestServer)server.Pipeline.GetRequiredService<IServer>()).CreateClient();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // A stream of what happens has no end to be read to.
        var text = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync();
        return new Answer((int)answer.StatusCode, text, answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Get, path, null, headers);
}

/// <summary>What was answered.</summary>
internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The code of a problem.</summary>
    public string? Code => JsonSerializer.Deserialize<Problem>(Text, ApiJson.Options)?.Code;

    /// <summary>The value, of what was done.</summary>
    public T Read<T>()
    {
        Assert.True(Status is >= 200 and < 300, $"{Status} {Text}");
        return JsonSerializer.Deserialize<T>(Text, ApiJson.Options)!;
    }
}
