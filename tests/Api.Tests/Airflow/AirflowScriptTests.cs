using System.Text.Json;

namespace Updraft.Api.Tests;

/// <summary>What scripts do against Airflow, by the same requests.</summary>
public sealed class AirflowScriptTests : IAsyncLifetime
{
    private const string Etl = """
        name: etl
        labels: {team: sales, nightly: ""}
        params: {day: {default: today}}
        tasks:
          extract: {step: {say: "extracting {{ params.day }}", value: [1, 2, 3]}}
          load: {after: extract, map: {over: "{{ tasks.extract.output }}"}, step: {say: "loading {{ item }}", value: "{{ item }}"}}
          report: {after: load, step: {say: done}}
        """;

    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        _airflow = new(_server);
        await _server.PublishAsync(Etl);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Script_TriggersPollsListsAndReadsLogs_AsAgainstAirflow()
    {
        var dag = Assert.Single((await _airflow.GetAsync("Dags", "dags")).GetProperty("dags").EnumerateArray());
        Assert.Equal("etl", dag.GetProperty("dag_id").GetString());
        Assert.Equal(["nightly", "team:sales"], dag.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
        Assert.Equal(3, (await _airflow.GetAsync("Tasks", "dags/etl/tasks")).GetProperty("total_entries").GetInt32());

        var triggered = await _airflow.PostAsync("Run", "dags/etl/dagRuns", new { dag_run_id = "some_test_run", logical_date = (string?)null, conf = new { day = "monday" }, note = "by hand" });
        Assert.Equal(("some_test_run", "queued", "manual", "by hand"), (Text(triggered, "dag_run_id"), Text(triggered, "state"), Text(triggered, "run_type"), Text(triggered, "note")));
        Assert.Equal("""{"day":"monday"}""", triggered.GetProperty("conf").GetRawText());

        await _server.EndAsync("some_test_run");
        var run = await _airflow.GetAsync("Run", "dags/etl/dagRuns/some_test_run");
        Assert.Equal("success", Text(run, "state"));
        Assert.NotNull(Text(run, "end_date"));
        Assert.Equal(1, Assert.Single(run.GetProperty("dag_versions").EnumerateArray()).GetProperty("version_number").GetInt32());

        var instances = (await _airflow.GetAsync("TaskInstances", "dags/etl/dagRuns/some_test_run/taskInstances")).GetProperty("task_instances").EnumerateArray().ToList();
        Assert.Equal([("extract", -1), ("report", -1), ("load", 0), ("load", 1), ("load", 2)], instances.Select(each => (Text(each, "task_id")!, each.GetProperty("map_index").GetInt32())));
        Assert.All(instances, each => Assert.Equal("success", Text(each, "state")));

        foreach (var each in instances.Where(each => Text(each, "task_id") == "load"))
        {
            var index = each.GetProperty("map_index").GetInt32();
            var log = await _airflow.GetAsync("Log", $"dags/etl/dagRuns/some_test_run/taskInstances/load/logs/1?map_index={index}");
            Assert.Equal([$"loading {index + 1}"], log.GetProperty("content").EnumerateArray().Select(line => Text(line, "event")));
            Assert.Null(Text(log, "continuation_token"));
        }
        var value = await _airflow.GetAsync("XComNative", "dags/etl/dagRuns/some_test_run/taskInstances/extract/xcomEntries/return_value");
        Assert.Equal("[1,2,3]", value.GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task Script_ClearsWhatHasFailed_PollsUntilItHasRunAgain()
    {
        await _server.PublishAsync("{name: shaky, tasks: {one: {step: {}}, two: {after: one, step: {fail: no luck}}, three: {after: two, step: {}}}}");
        Assert.Equal("failed", Text(await _airflow.RunAsync("shaky", "r"), "state"));
        var failed = await _airflow.GetAsync("TaskInstances", "dags/shaky/dagRuns/r/taskInstances?state=failed&state=upstream_failed&order_by=task_id");
        Assert.Equal([("three", "upstream_failed"), ("two", "failed")], failed.GetProperty("task_instances").EnumerateArray().Select(each => (Text(each, "task_id"), Text(each, "state"))));

        var asked = new { dry_run = true, dag_run_id = "r", task_ids = new[] { "two" }, only_failed = true, include_downstream = true };
        Assert.Equal(2, (await _airflow.PostAsync("TaskInstances", "dags/shaky/clearTaskInstances", asked)).GetProperty("total_entries").GetInt32());
        Assert.Equal("failed", Text(await _airflow.GetAsync("Run", "dags/shaky/dagRuns/r"), "state"));
        Assert.Equal(2, (await _airflow.PostAsync("TaskInstances", "dags/shaky/clearTaskInstances", asked with { dry_run = false })).GetProperty("total_entries").GetInt32());

        await _server.EndAsync("r");
        Assert.Equal("failed", Text(await _airflow.GetAsync("Run", "dags/shaky/dagRuns/r"), "state"));
        var two = await _airflow.GetAsync("TaskInstance", "dags/shaky/dagRuns/r/taskInstances/two");
        Assert.Equal((2, 1), (two.GetProperty("try_number").GetInt32(), two.GetProperty("max_tries").GetInt32()));
        Assert.Equal(1, (await _airflow.GetAsync("TaskInstance", "dags/shaky/dagRuns/r/taskInstances/one")).GetProperty("try_number").GetInt32());
        Assert.Equal([null, "failed"], (await _airflow.GetAsync("Tries", "dags/shaky/dagRuns/r/taskInstances/two/tries")).GetProperty("task_instances").EnumerateArray().Select(each => Text(each, "state")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
