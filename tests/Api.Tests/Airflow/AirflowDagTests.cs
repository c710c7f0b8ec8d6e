using System.Net;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class AirflowDagTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;
    private AirflowClient _airflow = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        _airflow = new(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_PagesAndFilters_AreAirflows()
    {
        foreach (var (name, label) in new[] { ("a1", "x"), ("a2", "x"), ("b1", "y") }) await _server.PublishAsync($"{{name: {name}, labels: {{of: {label}, all: ''}}, tasks: {{one: {{step: {{}}}}}}}}");
        await _airflow.PatchAsync("Dag", "dags/a2?update_mask=is_paused", new { is_paused = true });

        Assert.Equal("a1 a2 of 3", await NamesAsync("limit=2"));
        Assert.Equal("b1 of 3", await NamesAsync("limit=2&offset=2"));
        Assert.Equal("b1 a2 a1 of 3", await NamesAsync("order_by=-dag_id"));
        Assert.Equal("a1 a2 of 2", await NamesAsync("dag_id_pattern=A%25"));
        Assert.Equal("a2 of 1", await NamesAsync("paused=true"));
        Assert.Equal("a1 a2 of 2", await NamesAsync("tags=of:x"));
        Assert.Equal("b1 of 1", await NamesAsync("tags=of:y&tags=all&tags_match_mode=all"));
        Assert.Equal(" of 3", await NamesAsync("limit=0"));
    }

    [Fact]
    public async Task Tags_LabelThatEachRunHasItsOwnOf_IsItsName()
    {
        await _server.PublishAsync("{name: d, params: {region: {default: x}}, labels: {region: '{{ params.region }}', team: ml}, tasks: {one: {step: {}}}}");

        Assert.Equal(["region", "team:ml"], (await _airflow.GetAsync("Dag", "dags/d")).GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Patch_IsPaused_PausesAndGoesOn()
    {
        await _server.PublishAsync("{name: d, schedule: {cron: '0 6 * * *', time_zone: Europe/Paris}, tasks: {one: {step: {}}}}");
        Assert.Equal(JsonValueKind.String, (await _airflow.GetAsync("Dag", "dags/d")).GetProperty("next_dagrun_run_after").ValueKind);

        var paused = await _airflow.PatchAsync("Dag", "dags/d", new { is_paused = true });

        Assert.True(paused.GetProperty("is_paused").GetBoolean());
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("next_dagrun_run_after").ValueKind);
        Assert.True((await _server.Services.Catalogue.GetAsync("d"))!.Paused);
        Assert.False((await _airflow.PatchAsync("Dag", "dags/d", new { is_paused = false })).GetProperty("is_paused").GetBoolean());
    }

    [Fact]
    public async Task Details_OfAllThatADagCanSay_FitTheSchema()
    {
        await _server.PublishAsync("""
            name: all
            description: All of it
            params: {n: {default: 1, description: how many, schema: {type: integer}}}
            schedule: {every: 1h, start: 2026-01-01T00:00:00Z, end: 2027-01-01T00:00:00Z, catchup: latest, datasets: {all: [a, {any: [b, c]}]}}
            run_timeout: 90m
            max_active_runs: 2
            max_active_tasks: 3
            pause_after_failures: 4
            tasks: {one: {step: {}}}
            """);

        var dag = await _airflow.GetAsync("DagDetails", "dags/all/details");

        Assert.Equal(("PT1H30M", true, 2, 3, 4), (dag.GetProperty("dag_run_timeout").GetString(), dag.GetProperty("catchup").GetBoolean(), dag.GetProperty("max_active_runs").GetInt32(), dag.GetProperty("max_active_tasks").GetInt32(), dag.GetProperty("max_consecutive_failed_dag_runs").GetInt32()));
        Assert.Equal("how many", dag.GetProperty("params").GetProperty("n").GetProperty("description").GetString());
        Assert.Equal("a", dag.GetProperty("asset_expression").GetProperty("all")[0].GetProperty("asset").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Tasks_OfGroupsAndMaps_HaveTheirEdges()
    {
        await _server.PublishAsync("""
            name: d
            tasks:
              first: {step: {}, retries: 2, retry_delay: 1m30s, timeout: 25h, pools: {gpu: 2}}
              each: {after: first, map: {over: [1, 2]}, tasks: {inner: {step: {}}}}
              last: {after: each, trigger_rule: all_done, step: {}}
            """);

        var tasks = (await _airflow.GetAsync("Tasks", "dags/d/tasks")).GetProperty("tasks").EnumerateArray().ToDictionary(task => task.GetProperty("task_id").GetString()!);

        Assert.Equal("each.inner", Assert.Single(tasks["first"].GetProperty("downstream_task_ids").EnumerateArray()).GetString());
        Assert.Equal("last", Assert.Single(tasks["each.inner"].GetProperty("downstream_task_ids").EnumerateArray()).GetString());
        Assert.Equal([false, true, false], new[] { "first", "each.inner", "last" }.Select(name => tasks[name].GetProperty("is_mapped").GetBoolean()));
        Assert.Equal("all_done", tasks["last"].GetProperty("trigger_rule").GetString());
        Assert.Equal(("gpu", 2, 2), (tasks["first"].GetProperty("pool").GetString(), tasks["first"].GetProperty("pool_slots").GetInt32(), tasks["first"].GetProperty("retries").GetInt32()));
        var timeout = (await _airflow.GetAsync("Task", "dags/d/tasks/first")).GetProperty("execution_timeout");
        Assert.Equal((1, 3_600), (timeout.GetProperty("days").GetInt32(), timeout.GetProperty("seconds").GetInt32()));
        Assert.Contains("did you mean 'first'", (await _airflow.RefusedAsync(HttpMethod.Get, "dags/d/tasks/fist")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_AreCountedFromOne()
    {
        await _server.PublishAsync("{name: d, tasks: {one: {step: {}}}}");
        await _server.PublishAsync("{name: d, tasks: {two: {step: {}}}}");

        Assert.Equal([1, 2], (await _airflow.GetAsync("DagVersions", "dags/d/dagVersions")).GetProperty("dag_versions").EnumerateArray().Select(version => version.GetProperty("version_number").GetInt32()));
        Assert.Equal(1, (await _airflow.GetAsync("DagVersion", "dags/d/dagVersions/1")).GetProperty("version_number").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await _airflow.RefusedAsync(HttpMethod.Get, "dags/d/dagVersions/3")).Status);
    }

    [Fact]
    public async Task Pools_AreShownWithTheirUse()
    {
        await _server.Services.Pools.SetAsync("gpu", new PoolDefinition(4, "cards"));

        var pool = await _airflow.GetAsync("Pool", "pools/gpu");

        Assert.Equal((4, 4, 0), (pool.GetProperty("slots").GetInt32(), pool.GetProperty("open_slots").GetInt32(), pool.GetProperty("occupied_slots").GetInt32()));
        Assert.Equal(1, (await _airflow.GetAsync("Pools", "pools?pool_name_pattern=gp")).GetProperty("total_entries").GetInt32());
    }

    [Fact]
    public async Task Installation_AnybodyAsks_IsAnswered()
    {
        await using var closed = await ApiTestServer.StartAsync(options => options with { Open = false });
        var airflow = new AirflowClient(closed);

        Assert.StartsWith("3.", (await airflow.GetAsync("Version", "version")).GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal("healthy", (await airflow.GetAsync("Health", "monitor/health")).GetProperty("metadatabase").GetProperty("status").GetString());
        closed.Failure = new Dags.UpdraftException("UPD3001", "the disk is full");
        Assert.Equal("unhealthy", (await airflow.GetAsync("Health", "monitor/health")).GetProperty("scheduler").GetProperty("status").GetString());
    }

    private async Task<string> NamesAsync(string query)
    {
        var list = await _airflow.GetAsync("Dags", $"dags?{query}");
        return $"{string.Join(' ', list.GetProperty("dags").EnumerateArray().Select(dag => dag.GetProperty("dag_id").GetString()))} of {list.GetProperty("total_entries")}";
    }
}
