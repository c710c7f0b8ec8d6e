using System.Net;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AirflowRunTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        _airflow = new(_server);
        await _server.PublishAsync("{name: good, params: {n: {default: 1, schema: {type: integer}}}, tasks: {one: {step: {}}}}");
        await _server.PublishAsync("{name: bad, tasks: {one: {step: {fail: no luck}}, two: {after: one, step: {}}}}");
        await _server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Trigger_ItsTimesGiven_AreThoseOfTheRun()
    {
        var run = await _airflow.PostAsync("Run", "dags/good/dagRuns", new { logical_date = "2026-01-31T06:00:00+01:00", data_interval_start = "2026-01-30T00:00:00Z", data_interval_end = "2026-01-31T00:00:00Z", partition_key = "eu" });

        Assert.Equal(("2026-01-31T05:00:00Z", "2026-01-30T00:00:00Z", "eu"), (Text(run, "logical_date"), Text(run, "data_interval_start"), Text(run, "partition_key")));
        Assert.StartsWith("manual__", Text(run, "dag_run_id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trigger_IdThatIsThere_IsAConflict()
    {
        await _airflow.PostAsync("Run", "dags/good/dagRuns", new { dag_run_id = "r", logical_date = (string?)null });

        var (status, detail) = await _airflow.RefusedAsync(HttpMethod.Post, "dags/good/dagRuns", new { dag_run_id = "r", logical_date = (string?)null });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(AirflowErrors.RunExists, detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await _airflow.RefusedAsync(HttpMethod.Post, "dags/bad/dagRuns", new { dag_run_id = "r" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, "dags/bad/dagRuns/r")).Status);
    }

    [Theory]
    [InlineData("""{"conf": {"n": "many"}}""", HttpStatusCode.BadRequest, RunErrors.ConfRefused)]
    [InlineData("""{"conf": {"unknown": 1}}""", HttpStatusCode.BadRequest, RunErrors.ConfRefused)]
    [InlineData("""{"run_after": "2999-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, AirflowErrors.CannotBeDone)]
    [InlineData("""{"dag_run_id": " r "}""", HttpStatusCode.UnprocessableEntity, RunErrors.RunIdRefused)]
    [InlineData("""{"logical_date": "yesterday"}""", HttpStatusCode.UnprocessableEntity, AirflowErrors.Malformed)]
    [InlineData("""{"data_interval_start": "2026-01-01T00:00:00Z"}""", HttpStatusCode.UnprocessableEntity, AirflowErrors.Malformed)]
    [InlineData("""{"execution_date": null}""", HttpStatusCode.UnprocessableEntity, AirflowErrors.Malformed)]
    [InlineData("""[]""", HttpStatusCode.UnprocessableEntity, AirflowErrors.Malformed)]
    public async Task Trigger_WhatCannotBe_IsRefusedInAirflowsForm(string body, HttpStatusCode status, string code)
    {
        var refused = await _airflow.RefusedAsync(HttpMethod.Post, "dags/good/dagRuns", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal(status, refused.Status);
        Assert.Contains(code, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_FiltersOrdersAndPages_AreAirflows()
    {
        await _airflow.RunAsync("good", "g1");
        _server.Time.Advance(TimeSpan.FromHours(1));
        await _airflow.RunAsync("good", "g2");
        _server.Time.Advance(TimeSpan.FromHours(1));
        await _airflow.RunAsync("bad", "b1");
        var second = Text(await _airflow.GetAsync("Run", "dags/good/dagRuns/g2"), "run_after");

        Assert.Equal("g1 g2 of 2", await IdsAsync("good/dagRuns"));
        Assert.Equal("g2 of 2", await IdsAsync("good/dagRuns?limit=1&order_by=-run_after"));
        Assert.Equal("g2 of 2", await IdsAsync("good/dagRuns?limit=1&offset=1&order_by=start_date"));
        Assert.Equal("b1 g2 g1 of 3", await IdsAsync("~/dagRuns?order_by=-id"));
        Assert.Equal("b1 of 1", await IdsAsync("~/dagRuns?state=failed&state=queued"));
        Assert.Equal("g2 b1 of 2", await IdsAsync($"~/dagRuns?run_after_gte={Uri.EscapeDataString(second!)}"));
        Assert.Equal("g1 of 1", await IdsAsync($"~/dagRuns?logical_date_lt={Uri.EscapeDataString(second!)}&run_type=manual"));
        Assert.Equal(" of 0", await IdsAsync("good/dagRuns?run_type=scheduled"));
        Assert.Equal("g2 of 1", await IdsAsync("~/dagRuns?run_id_pattern=%25g2"));

        Assert.Equal("b1 of 1", await IdsAsync("~/dagRuns?order_by=-state,-state&limit=1&run_after_gt=" + second!.Replace("Z", "+00:00", StringComparison.Ordinal)));

        var twice = await _server.Http.PostAsync("/api/v2/dags/~/dagRuns/list", new StringContent("""{"dag_ids": ["good"], "dag_ids": ["bad"]}"""));
        Assert.Equal(1, JsonSerializer.Deserialize<JsonElement>(await twice.Content.ReadAsStringAsync()).GetProperty("total_entries").GetInt32());
        var batch = await _airflow.PostAsync("Runs", "dags/~/dagRuns/list", new { dag_ids = new[] { "good" }, states = new[] { "success" }, page_limit = 1, page_offset = 1, order_by = "-logical_date", run_after_lte = (string?)null });
        Assert.Equal(("g1", 2), (Text(batch.GetProperty("dag_runs")[0], "dag_run_id"), batch.GetProperty("total_entries").GetInt32()));
    }

    [Theory]
    [InlineData("dags/good/dagRuns?limit=-1", HttpStatusCode.UnprocessableEntity)]
    [InlineData("dags/good/dagRuns?state=paused", HttpStatusCode.UnprocessableEntity)]
    [InlineData("dags/good/dagRuns?order_by=colour", HttpStatusCode.UnprocessableEntity)]
    [InlineData("dags/good/dagRuns?start_date_gt=now", HttpStatusCode.UnprocessableEntity)]
    [InlineData("dags/good/dagRuns?updated_at_gt=2026-01-01T00:00:00Z", HttpStatusCode.BadRequest)]
    [InlineData("dags/none/dagRuns", HttpStatusCode.NotFound)]
    [InlineData("dags/no%20name/dagRuns", HttpStatusCode.NotFound)]
    [InlineData("dags/good/dagRuns/none", HttpStatusCode.NotFound)]
    [InlineData("eventLogs", HttpStatusCode.NotFound)]
    public async Task Get_WhatIsNotThereOrNotCovered_IsRefusedInAirflowsForm(string path, HttpStatusCode status) => Assert.Equal(status, (await _airflow.RefusedAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task List_PatternThatIsTooLong_IsRefused() =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _airflow.RefusedAsync(HttpMethod.Get, $"dags/good/dagRuns?run_id_pattern={new string('a', 201)}")).Status);

    [Fact]
    public async Task Patch_Note_IsSetAndTakenAway()
    {
        await _airflow.RunAsync("good", "r");

        Assert.Equal("look here", Text(await _airflow.PatchAsync("Run", "dags/good/dagRuns/r", new { note = "look here" }), "note"));
        Assert.Equal("look here", Text(await _airflow.PatchAsync("Run", "dags/good/dagRuns/r?update_mask=state", new { state = "success", note = "unseen" }), "note"));
        Assert.Null(Text(await _airflow.PatchAsync("Run", "dags/good/dagRuns/r", new { note = (string?)null }), "note"));
        Assert.Equal(HttpStatusCode.BadRequest, (await _airflow.RefusedAsync(HttpMethod.Patch, "dags/good/dagRuns/r?update_mask=conf", new { note = "a" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _airflow.RefusedAsync(HttpMethod.Patch, "dags/good/dagRuns/r", new { note = new string('a', 1_001) })).Status);
    }

    [Fact]
    public async Task Patch_FailedRunToSuccess_MarksWhatHasNotSucceeded()
    {
        Assert.Equal("failed", Text(await _airflow.RunAsync("bad", "r"), "state"));

        Assert.Equal("success", Text(await _airflow.PatchAsync("Run", "dags/bad/dagRuns/r", new { state = "success" }), "state"));

        var instances = await _airflow.GetAsync("TaskInstances", "dags/bad/dagRuns/r/taskInstances");
        Assert.All(instances.GetProperty("task_instances").EnumerateArray(), each => Assert.Equal("success", Text(each, "state")));
        Assert.Equal(HttpStatusCode.Conflict, (await _airflow.RefusedAsync(HttpMethod.Patch, "dags/bad/dagRuns/r", new { state = "failed" })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await _airflow.RefusedAsync(HttpMethod.Patch, "dags/bad/dagRuns/r", new { state = "queued" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _airflow.RefusedAsync(HttpMethod.Patch, "dags/bad/dagRuns/r", new { state = "running" })).Status);
    }

    [Fact]
    public async Task Patch_RunUnderWayToFailed_IsCancelled()
    {
        await _airflow.PostAsync("Run", "dags/long/dagRuns", new { dag_run_id = "r" });
        await _server.Steps.Waits;

        Assert.Equal("failed", Text(await _airflow.PatchAsync("Run", "dags/long/dagRuns/r", new { state = "failed" }), "state"));
        Assert.Equal(RunStatus.Cancelled, (await _server.Services.Runs.Reader.GetAsync("r"))!.Body.Status);
    }

    private async Task<string> IdsAsync(string path)
    {
        var list = await _airflow.GetAsync("Runs", $"dags/{path}");
        return $"{string.Join(' ', list.GetProperty("dag_runs").EnumerateArray().Select(run => Text(run, "dag_run_id")))} of {list.GetProperty("total_entries")}";
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
