using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Updraft.Api.Tests;

/// <summary>Asks as a client of Airflow does, and holds every answer against Airflow's schema.</summary>
internal sealed class AirflowClient(ApiTestServer server)
{
    /// <summary>Asks for something that is shown.</summary>
    /// <param name="answer">What the schema calls the answer, by the names of <see cref="AirflowFacts"/>.</param>
    /// <param name="path">Below the base URL.</param>
    public Task<JsonElement> GetAsync(string answer, string path) => SendAsync(answer, HttpMethod.Get, path);

    public Task<JsonElement> PostAsync(string answer, string path, object body) => SendAsync(answer, HttpMethod.Post, path, body);

    public Task<JsonElement> PatchAsync(string answer, string path, object body) => SendAsync(answer, HttpMethod.Patch, path, body);

    public async Task<JsonElement> SendAsync(string answer, HttpMethod method, string path, object? body = null)
    {
        using var response = await AskAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK, $"{method} {path}: {(int)response.StatusCode} {text}");
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        AirflowSchema.Check(answer, json);
        return json;
    }

    /// <summary>Asks for something that is refused, and returns the status and what is said.</summary>
    public async Task<(HttpStatusCode Status, string Detail)> RefusedAsync(HttpMethod method, string path, object? body = null)
    {
        using var response = await AskAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        AirflowSchema.Check(response.StatusCode is HttpStatusCode.UnprocessableEntity ? "InputFailure" : "Failure", json);
        return (response.StatusCode, text);
    }

    public Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object? body = null, string? accept = null)
    {
        var request = new HttpRequestMessage(method, $"/api/v2/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return server.Http.SendAsync(request);
    }

    /// <summary>Makes a run, and waits for its end.</summary>
    public async Task<JsonElement> RunAsync(string dag, string runId, object? conf = null)
    {
        await PostAsync("Run", $"dags/{dag}/dagRuns", new { dag_run_id = runId, logical_date = (string?)null, conf = conf ?? new { } });
        await server.EndAsync(runId);
        return await GetAsync("Run", $"dags/{dag}/dagRuns/{runId}");
    }
}
