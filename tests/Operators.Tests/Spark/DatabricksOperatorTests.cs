using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class DatabricksOperatorTests : IAsyncLifetime, IDisposable
{
    private const string Api = "/api/2.1/jobs/";
    private readonly TestAttempts _attempts = new();
    private readonly Dictionary<string, long> _tokens = [];
    private readonly Dictionary<long, object> _outputs = [];
    private FakeService _service = null!;
    private long _next = 455_644_833_000;
    private object _state = new { life_cycle_state = "PENDING", state_message = "" };
    private string? _runName;
    private object? _cluster;
    private int _cancels;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _service
            .On("POST", Api + "runs/submit", Start).On("POST", Api + "run-now", Start)
            .On("GET", Api + "runs/get", request => _tokens.ContainsValue(IdOf(request)) ? Results.Json(Run(IdOf(request))) : Results.Json(new { error_code = "INVALID_PARAMETER_VALUE", message = $"Run {IdOf(request)} does not exist." }, statusCode: 400))
            .On("GET", Api + "runs/list", request =>
            {
                Assert.Contains("active_only=true&run_type=SUBMIT_RUN&limit=25", request.Query, StringComparison.Ordinal);
                // The first page is somebody else's.
                if (!request.Query.Contains("page_token", StringComparison.Ordinal)) return Results.Json(new { runs = new[] { new { run_id = 1, run_name = "other" } }, has_more = true, next_page_token = "p=2" });
                Assert.EndsWith("page_token=p%3D2", request.Query, StringComparison.Ordinal);
                return Results.Json(new { runs = _tokens.Values.Select(Run), has_more = false });
            })
            .On("GET", Api + "runs/get-output", request => _outputs.TryGetValue(IdOf(request), out var output) ? Results.Json(output) : Results.Json(new { error_code = "INVALID_PARAMETER_VALUE", message = "not supported" }, statusCode: 400))
            .On("POST", Api + "runs/cancel", request =>
            {
                Assert.Contains(request.Json.GetProperty("run_id").GetInt64(), _tokens.Values);
                _cancels++;
                _state = new { life_cycle_state = "TERMINATING", state_message = "Cancelling" };
                return Results.Json(new { });
            });
        _attempts.With(new DatabricksOperator());
        _attempts.Connections["dbx"] = new Connection { Url = _service.Url, Token = "dapi-4711" };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    public static TheoryData<string, string> Kinds => new()
    {
        { """{"notebook":{"notebook_path":"/Jobs/sales","base_parameters":{"day":"{{ ds }}","n":3}}}""", """{"notebook_task":{"notebook_path":"/Jobs/sales","base_parameters":{"day":"2026-03-29","n":"3"}}}""" },
        { """{"spark_python":{"python_file":"dbfs:/a.py","parameters":["{{ ds }}"]}}""", """{"spark_python_task":{"python_file":"dbfs:/a.py","parameters":["2026-03-29"]}}""" },
        { """{"spark_jar":{"main_class_name":"a.B"},"libraries":[{"jar":"dbfs:/a.jar"}]}""", """{"spark_jar_task":{"main_class_name":"a.B"},"libraries":[{"jar":"dbfs:/a.jar"}]}""" },
        { """{"python_wheel":{"package_name":"a","entry_point":"run","named_parameters":{"x":"1"}}}""", """{"python_wheel_task":{"package_name":"a","entry_point":"run","named_parameters":{"x":"1"}}}""" },
        { """{"spark_submit":{"parameters":["--class","B","a.jar"]},"new_cluster":{"spark_version":"15.4.x","num_workers":2}}""", """{"spark_submit_task":{"parameters":["--class","B","a.jar"]},"new_cluster":{"spark_version":"15.4.x","num_workers":2}}""" },
        { """{"sql":{"warehouse_id":"w","query":{"query_id":"q"}}}""", """{"sql_task":{"warehouse_id":"w","query":{"query_id":"q"}}}""" },
        { """{"sql":{"warehouse_id":"w","file":{"path":"/q.sql"},"parameters":{"d":"{{ ds }}"}},"existing_cluster_id":"c1"}""", """{"sql_task":{"warehouse_id":"w","file":{"path":"/q.sql"},"parameters":{"d":"2026-03-29"}},"existing_cluster_id":"c1"}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Submit_OfEachKind_AsksAsTheApiWantsIt(string with, string expected)
    {
        var job = Job(with);

        var submitted = await job.SubmitAsync();

        Assert.Equal("455644833000", submitted.ExternalId);
        var request = Assert.Single(_service.Requests);
        Assert.Equal("Bearer dapi-4711", request.Header("Authorization"));
        var name = JobPaths.NameOf(job.Attempt.AttemptId);
        var wanted = $$"""{"run_name":"updraft-test-dbx-{{name}}","idempotency_token":"{{name}}","tasks":[{"task_key":"main",{{expected[1..]}}]}""";
        Assert.True(JsonElement.DeepEquals(TestAttempts.Json(wanted), request.Json), request.Body);
    }

    [Fact]
    public async Task Submit_OnServerlessCompute_SaysItsEnvironmentAndTheTimeout()
    {
        await Job("""{"spark_python":{"python_file":"a.py"},"environment":{"client":"1","dependencies":["pandas"]},"run_timeout":"2h"}""").SubmitAsync();

        var body = Assert.Single(_service.Requests).Json;
        Assert.Equal("""[{"environment_key":"default","spec":{"client":"1","dependencies":["pandas"]}}]""", body.GetProperty("environments").GetRawText());
        Assert.Equal(("default", 7200), (body.GetProperty("tasks")[0].GetProperty("environment_key").GetString(), body.GetProperty("timeout_seconds").GetInt32()));
    }

    [Fact]
    public async Task Submit_OfAJobThatExists_RunsItNow()
    {
        var job = Job("""{"run_now":{"job_id":77,"job_parameters":{"day":"{{ ds }}"}}}""");

        await job.SubmitAsync();

        var request = Assert.Single(_service.Requests);
        Assert.Equal(Api + "run-now", request.Path);
        Assert.Equal($$"""{"job_id":77,"job_parameters":{"day":"2026-03-29"},"idempotency_token":"{{JobPaths.NameOf(job.Attempt.AttemptId)}}"}""", request.Body);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"notebook":{"notebook_path":"/a"},"spark_jar":{"main_class_name":"b"}}""")]
    [InlineData("""{"run_now":{"job_id":1},"existing_cluster_id":"c"}""")]
    [InlineData("""{"run_now":{"job_id":1},"notebook":{"notebook_path":"/a"}}""")]
    [InlineData("""{"notebook":{"path":"/a"}}""")]
    public async Task Submit_OfFieldsThatDoNotFit_FailsForGood(string with)
    {
        var ended = (await Job(with).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Fields), (ended.Outcome, ended.Code));
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Submit_AfterAnAnswerThatWasLost_MeansTheSameRun()
    {
        var job = Job();
        var first = await job.SubmitAsync();
        _service.Break(half: false);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        Assert.Equal(first.ExternalId, (await job.SubmitAsync()).ExternalId);
        Assert.Single(_tokens);
    }

    [Fact]
    public async Task Check_OfARunThatSucceeds_SaysWhereItStandsAndHandsTheResultOver()
    {
        _cluster = new { spark_version = "15.4.x", cluster_log_conf = new { dbfs = new { destination = "dbfs:/logs/" } } };
        var job = Job();
        await job.SubmitAsync();
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        await job.CheckAsync();
        _state = new { life_cycle_state = "TERMINATED", result_state = "SUCCESS", state_message = "" };
        _outputs[9] = new { notebook_output = new { result = """{"rows":3}""", truncated = false }, logs = "read 3\nwrote 3", logs_truncated = true };

        var ended = await job.CheckAsync();

        Assert.Equal(
            """{"runId":"455644833000","runPageUrl":"https://dbx/run/1","result":{"rows":3},"clusterId":"0329-c","clusterLogs":"dbfs:/logs/0329-c"}""", ended.Result!.Output!.Value!.Value.GetRawText());
        Assert.Equal(
            """
            run 455644833000
            run 455644833000 is PENDING (https://dbx/run/1); logs of the cluster: dbfs:/logs/0329-c
            run 455644833000 is SUCCESS (https://dbx/run/1); logs of the cluster: dbfs:/logs/0329-c
            [log of the run, its last 5 MB]
            read 3
            wrote 3

            """, job.Log);
    }

    [Theory]
    [InlineData("TERMINATED", "FAILED", OperatorErrors.RemoteFailed, "run 455644833000 ended as FAILED: ValueError: no rows")]
    [InlineData("TERMINATED", "TIMEDOUT", OperatorErrors.RemoteFailed, "run 455644833000 ended as TIMEDOUT: ValueError: no rows")]
    [InlineData("TERMINATED", "CANCELED", OperatorErrors.RemoteCancelled, "run 455644833000 was cancelled, and not by this run: by ann")]
    [InlineData("INTERNAL_ERROR", "FAILED", OperatorErrors.RemoteFailed, "run 455644833000 ended as FAILED: ValueError: no rows")]
    [InlineData("SKIPPED", null, OperatorErrors.RemoteFailed, "run 455644833000 ended as SKIPPED: ValueError: no rows")]
    public async Task Check_OfARunThatEndsBadly_FailsWithItsError(string lifeCycle, string? result, string code, string reason)
    {
        var job = Job();
        await job.SubmitAsync();
        _state = new { life_cycle_state = lifeCycle, result_state = result, state_message = "by ann" };
        _outputs[9] = new { error = "ValueError: no rows", error_trace = "Traceback (most recent call last)\n  line 3" };

        var ended = await job.CheckAsync();

        Assert.Equal((JobStatus.Failed, AttemptOutcome.Failed, code, reason), (ended.Status, ended.Result!.Outcome, ended.Result.Code, ended.Result.Reason));
        Assert.EndsWith("[error of the run] ValueError: no rows\nTraceback (most recent call last)\n  line 3\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithoutAnOutput_FailsWithTheStatesMessage()
    {
        var job = Job();
        await job.SubmitAsync();
        _state = new { life_cycle_state = "INTERNAL_ERROR", state_message = "cluster could not start: quota" };

        Assert.Equal("run 455644833000 ended as INTERNAL_ERROR: cluster could not start: quota", (await job.CheckAsync()).Result!.Reason);
    }

    [Fact]
    public async Task Check_OfARunThatWasDeleted_FailsSoThatARetryMayFollow()
    {
        var job = Job();
        await job.SubmitAsync();
        _tokens.Clear();

        var ended = await job.CheckAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Lost), (ended.Result!.Outcome, ended.Result.Code));
    }

    [Fact]
    public async Task Check_OfAServiceThatThrottles_WaitsAsAsked()
    {
        var job = Job();
        await job.SubmitAsync();
        _service.Throttle(17);

        Assert.Equal(TimeSpan.FromSeconds(17), (await job.CheckAsync()).NextCheckAfter);
    }

    [Fact]
    public async Task Cancel_TakesSeveralLooksUntilTheRunIsTerminated()
    {
        var job = Job();
        await job.SubmitAsync();

        Assert.False((await job.CancelAsync()).Dead);
        Assert.False((await job.CancelAsync()).Dead);
        _state = new { life_cycle_state = "TERMINATED", result_state = "CANCELED" };
        Assert.True((await job.CancelAsync()).Dead);
        Assert.Equal(1, _cancels);
    }

    [Fact]
    public async Task Cancel_OfASubmissionOfUnknownOutcome_FindsTheRunByItsName()
    {
        var job = Job();
        await job.SubmitAsync();
        job.ExternalId = null;

        Assert.False((await job.CancelAsync()).Dead);
        Assert.Equal(1, _cancels);
        _tokens.Clear();
        Assert.True((await job.CancelAsync()).Dead);
    }

    [Fact]
    public async Task Cancel_OfARunNowOfUnknownOutcome_FindsTheRunByItsToken()
    {
        var job = Job("""{"run_now":{"job_id":77}}""");
        await job.SubmitAsync();
        job.ExternalId = null;

        Assert.False((await job.CancelAsync()).Dead);
        Assert.Equal((1, 1), (_cancels, _tokens.Count));
    }

    private static long IdOf(ServiceRequest request) => long.Parse(request.Query.Split("run_id=")[1], System.Globalization.CultureInfo.InvariantCulture);

    private IResult Start(ServiceRequest request)
    {
        var token = request.Json.GetProperty("idempotency_token").GetString()!;
        Assert.InRange(token.Length, 1, 64);
        if (!_tokens.TryGetValue(token, out var id)) _tokens[token] = id = _next++;
        _runName = request.Json.TryGetProperty("run_name", out var name) ? name.GetString() : "the job's name";
        return Results.Json(new { run_id = id });
    }

    private object Run(long id) => new
    {
        run_id = id,
        run_name = _runName,
        state = _state,
        run_page_url = "https://dbx/run/1",
        tasks = new[] { new { run_id = 9, task_key = "main", state = _state, new_cluster = _cluster, cluster_instance = new { cluster_id = "0329-c" } } },
    };

    private TestJob Job(string with = """{"notebook":{"notebook_path":"/Jobs/sales"}}""")
    {
        var fields = TestAttempts.Json(with).EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        fields["connection"] = "dbx";
        return new(_attempts, _attempts.Task("dbx", "databricks", fields));
    }
}
