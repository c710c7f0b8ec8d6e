using System.Net;
using System.Text.Json;

namespace Updraft.Api.Tests;

public sealed class AirflowTaskInstanceTests : IAsyncLifetime
{
    private const string Run = "dags/maps/dagRuns/r";

    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        _airflow = new(_server);
        await _server.PublishAsync("""
            name: maps
            tasks:
              one: {step: {value: one}}
              each: {after: one, map: {over: [a, b], key: "{{ item }}"}, tasks: {inner: {map: {over: [x, y], key: "{{ item }}"}, step: {say: "{{ item }}"}}}}
              flat: {map: {over: [1, 2, 3]}, step: {value: "{{ item }}"}}
              skipped: {after: one, trigger_rule: all_failed, step: {}}
            """);
        await _airflow.RunAsync("maps", "r");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Get_InstanceOfAMap_NeedsItsIndex()
    {
        Assert.Equal(-1, (await _airflow.GetAsync("TaskInstance", $"{Run}/taskInstances/one")).GetProperty("map_index").GetInt32());
        Assert.Contains("listMapped", (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/flat")).Detail, StringComparison.Ordinal);
        Assert.Equal(2, (await _airflow.GetAsync("TaskInstance", $"{Run}/taskInstances/flat/2")).GetProperty("map_index").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/flat/3")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/none/0")).Status);
    }

    [Fact]
    public async Task ListMapped_MapWithinAMap_HasAnIndexAndAKeyForEach()
    {
        var list = await _airflow.GetAsync("TaskInstances", $"{Run}/taskInstances/each.inner/listMapped");

        Assert.Equal([(0, "a/x"), (1, "a/y"), (1_000_000, "b/x"), (1_000_001, "b/y")], list.GetProperty("task_instances").EnumerateArray().Select(each => (each.GetProperty("map_index").GetInt32(), Text(each, "rendered_map_index")!)));
        var log = await _airflow.GetAsync("Log", $"{Run}/taskInstances/each.inner/logs/1?map_index=1000001");
        Assert.Equal("y", Text(log.GetProperty("content")[0], "event"));
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/one/listMapped")).Status);
    }

    [Fact]
    public async Task List_FiltersOrdersAndPages_AreAirflows()
    {
        Assert.Equal("skipped of 1", await TasksAsync("state=skipped"));
        Assert.Equal("flat flat of 3", await TasksAsync("task_id=flat&limit=2&order_by=-map_index"));
        Assert.Equal("each.inner of 4", await TasksAsync("task_group_id=each&offset=3"));
        Assert.Equal("one skipped of 2", await TasksAsync("map_index=-1"));
        Assert.Equal(" of 0", await TasksAsync("pool=gpu"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances?state=done")).Status);
        Assert.Equal(9, (await _airflow.GetAsync("TaskInstances", "dags/~/dagRuns/~/taskInstances")).GetProperty("total_entries").GetInt32());
    }

    [Fact]
    public async Task ListOfBody_OverRuns_TakesThoseThatAreNamed()
    {
        await _airflow.RunAsync("maps", "other");

        var both = await _airflow.PostAsync("TaskInstances", "dags/~/dagRuns/~/taskInstances/list", new { dag_ids = new[] { "maps" }, task_ids = new[] { "one" }, state = new[] { "success", null } });
        var named = await _airflow.PostAsync("TaskInstances", "dags/~/dagRuns/~/taskInstances/list", new { dag_run_ids = new[] { "other", "none" }, task_ids = new[] { "one" }, page_limit = 5 });

        Assert.Equal(2, both.GetProperty("total_entries").GetInt32());
        Assert.Equal("other", Text(Assert.Single(named.GetProperty("task_instances").EnumerateArray()), "dag_run_id"));
    }

    [Fact]
    public async Task Clear_OneInstanceOfAMap_LeavesTheOthers()
    {
        var cleared = await _airflow.PostAsync("TaskInstances", "dags/maps/clearTaskInstances", new { dry_run = false, dag_run_id = "r", only_failed = false, task_ids = new object[] { new object[] { "flat", 1 } } });
        Assert.Equal(1, Assert.Single(cleared.GetProperty("task_instances").EnumerateArray()).GetProperty("map_index").GetInt32());

        await _server.EndAsync("r");
        var tries = (await _airflow.GetAsync("TaskInstances", $"{Run}/taskInstances/flat/listMapped")).GetProperty("task_instances").EnumerateArray().Select(each => each.GetProperty("try_number").GetInt32());
        Assert.Equal([1, 2, 1], tries);
    }

    [Fact]
    public async Task Clear_WholeRun_SaysWhatItWouldAndDoesIt()
    {
        Assert.Equal(9, (await _airflow.PostAsync("TaskInstances", $"{Run}/clear", new { })).GetProperty("total_entries").GetInt32());
        Assert.Equal(0, (await _airflow.PostAsync("TaskInstances", $"{Run}/clear", new { only_failed = true })).GetProperty("total_entries").GetInt32());

        await _airflow.PostAsync("Run", $"{Run}/clear", new { dry_run = false });

        await _server.EndAsync("r");
        Assert.Equal(2, (await _airflow.GetAsync("TaskInstance", $"{Run}/taskInstances/one")).GetProperty("try_number").GetInt32());
    }

    [Theory]
    [InlineData("""{"dag_run_id": "r", "include_past": true}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"dag_run_id": "r", "run_on_latest_version": true}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"dag_run_id": "r", "reset_dag_runs": false}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"start_date": "2026-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"dag_run_id": "r", "task_ids": ["none"]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"dag_run_id": "r", "task_ids": [["flat", 7]]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"dag_run_id": "r", "task_ids": [7]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"dag_run_id": "r", "only_running": true}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Clear_WhatCannotBeDone_IsRefused(string body, HttpStatusCode status) =>
        Assert.Equal(status, (await _airflow.RefusedAsync(HttpMethod.Post, "dags/maps/clearTaskInstances", JsonSerializer.Deserialize<JsonElement>(body))).Status);

    [Fact]
    public async Task Clear_TaskAtWork_IsPreventedWhereThatIsAsked()
    {
        await _server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
        await _airflow.PostAsync("Run", "dags/long/dagRuns", new { dag_run_id = "l" });
        await _server.Steps.Waits;
        await _server.ShownAsync("l", run => run.Counts.ContainsKey("running"));

        Assert.Equal(HttpStatusCode.Conflict, (await _airflow.RefusedAsync(HttpMethod.Post, "dags/long/clearTaskInstances", new { dag_run_id = "l", only_failed = false, prevent_running_task = true })).Status);
        var running = await _airflow.PostAsync("TaskInstances", "dags/long/clearTaskInstances", new { dag_run_id = "l", only_failed = false, only_running = true });
        Assert.Equal("running", Text(Assert.Single(running.GetProperty("task_instances").EnumerateArray()), "state"));
        _server.Steps.Go();
    }

    [Fact]
    public async Task XComs_AreWhatWasHandedOver()
    {
        Assert.Equal(4, (await _airflow.GetAsync("XComs", $"{Run}/taskInstances/~/xcomEntries")).GetProperty("total_entries").GetInt32());
        Assert.Equal(0, (await _airflow.GetAsync("XComs", $"{Run}/taskInstances/one/xcomEntries?xcom_key=other")).GetProperty("total_entries").GetInt32());
        Assert.Equal(3, (await _airflow.GetAsync("XComNative", $"{Run}/taskInstances/flat/xcomEntries/return_value?map_index=2")).GetProperty("value").GetInt32());
        Assert.Equal("3", Text(await _airflow.GetAsync("XComString", $"{Run}/taskInstances/flat/xcomEntries/return_value?map_index=2&stringify=true"), "value"));
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/skipped/xcomEntries/return_value")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, $"{Run}/taskInstances/one/xcomEntries/other")).Status);
    }

    [Fact]
    public async Task XCom_LargerThanADocumentHolds_IsReadFromItsBlob()
    {
        await _server.PublishAsync($"{{name: large, tasks: {{one: {{step: {{value: {new string('a', 5_000)}}}}}}}}}");
        await _airflow.RunAsync("large", "l");

        Assert.Equal(5_000, Text(await _airflow.GetAsync("XComNative", "dags/large/dagRuns/l/taskInstances/one/xcomEntries/return_value"), "value")!.Length);
    }

    private async Task<string> TasksAsync(string query)
    {
        var list = await _airflow.GetAsync("TaskInstances", $"{Run}/taskInstances?{query}");
        return $"{string.Join(' ', list.GetProperty("task_instances").EnumerateArray().Select(each => Text(each, "task_id")))} of {list.GetProperty("total_entries")}";
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
