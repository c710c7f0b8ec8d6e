using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AirflowAccessTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        _airflow = new(_server);
        await _server.PublishAsync("{name: ours, tasks: {one: {step: {}}}}", new Caller("ana", "us", false));
        await _server.PublishAsync("{name: theirs, tasks: {one: {step: {}}}}", new Caller("bob", "them", false));
        foreach (var dag in new[] { "ours", "theirs" }) await _server.Services.Catalogue.TriggerAsync(dag, run => run with { RunId = "of-" + dag });
        foreach (var dag in new[] { "ours", "theirs" }) await _server.EndAsync("of-" + dag);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Anything_NotSignedIn_IsRefusedInAirflowsForm()
    {
        var (status, detail) = await _airflow.RefusedAsync(HttpMethod.Get, "dags");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains(ApiErrors.SignInNeeded, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ForAKey_IsTheKeyOnceItWasChecked()
    {
        var key = (await _server.Pipeline.GetRequiredService<ApiKeys>().CreateAsync(new CreateKey { Name = "a script", Grants = [new Grant(Role.Viewer)] }, "ana")).Secret;

        using var answer = await _server.SendAsync(HttpMethod.Post, "/auth/token", new { username = "anybody", password = key });
        var token = await answer.Content.ReadFromJsonAsync<JsonElement>();
        AirflowSchema.Check("Token", token);
        Assert.Equal((HttpStatusCode.Created, key), (answer.StatusCode, token.GetProperty("access_token").GetString()));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/dags");
        request.Headers.Authorization = new("Bearer", key);
        using var dags = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, dags.StatusCode);
    }

    [Theory]
    [InlineData("""{"username": "admin", "password": "admin"}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"username": "admin"}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Token_ForWhatIsNoKey_IsRefused(string body, HttpStatusCode status)
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, "/auth/token", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal(status, answer.StatusCode);
        AirflowSchema.Check(status is HttpStatusCode.Unauthorized ? "Failure" : "InputFailure", await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    [Fact]
    public async Task Token_OfAnOpenServer_IsWhateverWasSent()
    {
        await using var open = await ApiTestServer.StartAsync();

        using var answer = await open.SendAsync(HttpMethod.Post, "/auth/token", new { username = "admin", password = "admin" });

        Assert.Equal("admin", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
    }

    [Fact]
    public async Task Change_AsViewer_IsForbidden()
    {
        _server.Someone = Somebody.With(Role.Viewer);

        Assert.Equal("ours", (await _airflow.GetAsync("Dag", "dags/ours")).GetProperty("dag_id").GetString());
        foreach (var (method, path) in new[] { (HttpMethod.Post, "dags/ours/dagRuns"), (HttpMethod.Patch, "dags/ours"), (HttpMethod.Patch, "dags/ours/dagRuns/of-ours"), (HttpMethod.Post, "dags/ours/dagRuns/of-ours/clear"), (HttpMethod.Post, "dags/ours/clearTaskInstances") })
            Assert.Equal(HttpStatusCode.Forbidden, (await _airflow.RefusedAsync(method, path, new { })).Status);
    }

    [Fact]
    public async Task AnotherTeam_IsAsIfItWereNotThere()
    {
        _server.Someone = Somebody.With(Role.Operator, "us");

        Assert.Equal("ours", Assert.Single((await _airflow.GetAsync("Dags", "dags")).GetProperty("dags").EnumerateArray()).GetProperty("dag_id").GetString());
        Assert.Equal("of-ours", Assert.Single((await _airflow.GetAsync("Runs", "dags/~/dagRuns")).GetProperty("dag_runs").EnumerateArray()).GetProperty("dag_run_id").GetString());
        Assert.Equal(1, (await _airflow.GetAsync("TaskInstances", "dags/~/dagRuns/~/taskInstances")).GetProperty("total_entries").GetInt32());
        Assert.Equal(0, (await _airflow.PostAsync("TaskInstances", "dags/~/dagRuns/~/taskInstances/list", new { dag_run_ids = new[] { "of-theirs" } })).GetProperty("total_entries").GetInt32());
        foreach (var path in new[] { "dags/theirs", "dags/theirs/details", "dags/theirs/tasks", "dags/theirs/dagRuns", "dags/theirs/dagRuns/of-theirs", "dags/ours/dagRuns/of-theirs", "dags/theirs/dagRuns/of-theirs/taskInstances", "dags/theirs/dagRuns/of-theirs/taskInstances/one/logs/1" })
            Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Post, "dags/theirs/dagRuns", new { logical_date = (string?)null })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Post, "dags/ours/clearTaskInstances", new { dag_run_id = "of-theirs" })).Status);
    }
}
