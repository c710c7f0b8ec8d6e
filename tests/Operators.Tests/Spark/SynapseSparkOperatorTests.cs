using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class SynapseSparkOperatorTests : IAsyncLifetime, IDisposable
{
    private const string Root = "/livyApi/versions/2019-11-01-preview/sparkPools/small/batches";
    private const string Logs = "/sparkhistory/api/v1/sparkpools/small/livyid/42/applications/application_5/driverlog";
    private readonly TestAttempts _attempts = new();
    private readonly Dictionary<string, string> _streams = [];
    private FakeService _service = null!;
    private string? _name;
    private object? _batch;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _service
            .On("GET", Root, _ => Results.Json(new { from = 0, total = _name is null ? 0 : 1, sessions = _name is null ? [] : new[] { new { id = 42, name = _name, state = "starting" } } }))
            .On("POST", Root, request =>
            {
                _name = request.Json.GetProperty("name").GetString();
                _batch = new { livyInfo = (object?)null, name = _name, result = "Uncertain", id = 42, appId = (string?)null, state = "not_started", log = Array.Empty<string>() };
                return Results.Json(_batch);
            })
            .On("GET", Root + "/42", _ => _batch is null ? Results.NotFound() : Results.Json(_batch))
            .On("DELETE", Root + "/42", _ => Results.Ok())
            .On("GET", Logs + "/*", request => _streams.TryGetValue(request.Path.Split('/')[^2], out var text) ? Results.Text(text) : Results.NotFound());
        _attempts.With(new SynapseSparkOperator());
        _attempts.Connections["synapse"] = new Connection { Url = _service.Url, Token = "entra-token" };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_AsksThePoolWithASizeAndSignsIn()
    {
        var job = Job(new { connection = "synapse", pool = "small", file = "abfss://jobs@lake/sales.py", args = new[] { "{{ ds }}" }, num_executors = 5, tags = new { team = "sales" } });

        Assert.Equal("42", (await job.SubmitAsync()).ExternalId);

        var body = _service.Requests.Single(request => request.Method == "POST").Json;
        Assert.True(JsonElement.DeepEquals(TestAttempts.Json(
            $$"""
            {
              "name": "updraft-test-spark-{{JobPaths.NameOf(job.Attempt.AttemptId)}}", "file": "abfss://jobs@lake/sales.py", "args": ["2026-03-29"],
              "driverCores": 4, "driverMemory": "28g", "executorCores": 4, "executorMemory": "28g", "numExecutors": 5, "tags": { "team": "sales" }
            }
            """), body), body.GetRawText());
        Assert.Equal("?from=0&size=20&detailed=true", _service.Requests[0].Query);
        Assert.All(_service.Requests, request => Assert.Equal("Bearer entra-token", request.Header("Authorization")));
    }

    [Fact]
    public async Task Submit_AgainForTheSameAttempt_FindsTheBatch()
    {
        var job = Job();
        await job.SubmitAsync();

        Assert.Equal("42", (await job.SubmitAsync()).ExternalId);
        Assert.Single(_service.Requests, request => request.Method == "POST");
    }

    [Theory]
    [InlineData("Uncertain", "running", JobStatus.Running, null)]
    [InlineData("Uncertain", "success", JobStatus.Succeeded, null)]
    [InlineData("Succeeded", "shutting_down", JobStatus.Succeeded, null)]
    [InlineData("Failed", "not_started", JobStatus.Failed, OperatorErrors.RemoteFailed)]
    [InlineData("Uncertain", "error", JobStatus.Failed, OperatorErrors.RemoteFailed)]
    [InlineData("Cancelled", "killed", JobStatus.Failed, OperatorErrors.RemoteCancelled)]
    public async Task Check_GoesByTheResultAndThenByTheState(string result, string state, JobStatus expected, string? code)
    {
        var job = Job();
        await job.SubmitAsync();
        _batch = new { id = 42, name = _name, result, state, errorInfo = new[] { new { message = "The pool has no vCores left", errorCode = "SPARK_JOB_FAILED", source = "User" } } };

        var look = await job.CheckAsync();

        Assert.Equal((expected, code), (look.Status, look.Result?.Code));
        if (code == OperatorErrors.RemoteFailed) Assert.Equal("batch 42 failed: The pool has no vCores left", look.Result!.Reason);
    }

    [Fact]
    public async Task Check_WhileItRuns_AppendsWhatTheDriversStreamsGained()
    {
        var job = Job();
        await job.SubmitAsync();
        _batch = new { id = 42, name = _name, result = "Uncertain", state = "running", appId = "application_5" };
        await job.CheckAsync();
        _streams["stdout"] = "rows: 1\nrows";
        await job.CheckAsync();
        _streams["stdout"] = "rows: 1\nrows: 2";
        _streams["stderr"] = "WARN slow\n";
        _batch = new { id = 42, name = _name, result = "Succeeded", state = "success", appId = "application_5" };

        var ended = await job.CheckAsync();

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.EndsWith("[stdout of the driver]\nrows: 1\nbatch 42 is success as application_5\n[stderr of the driver]\nWARN slow\n[stdout of the driver]\nrows: 2\n", job.Log, StringComparison.Ordinal);
        Assert.Contains(_service.Requests, request => request.Path == Logs + "/stdout/" && request.Query == "?isDownload=true");
    }

    [Fact]
    public async Task Check_OfABatchThatIsGone_HasVanished()
    {
        var job = Job();
        await job.SubmitAsync();
        _batch = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Cancel_IsConfirmedOnceTheServiceSaysSo()
    {
        var job = Job();
        await job.SubmitAsync();

        Assert.False((await job.CancelAsync()).Dead);
        _batch = new { id = 42, name = _name, result = "Cancelled", state = "killed" };
        Assert.True((await job.CancelAsync()).Dead);
        Assert.Single(_service.Requests, request => request.Method == "DELETE");
    }

    private TestJob Job(object? with = null) => new(_attempts, _attempts.Task("spark", "synapse_spark", with ?? new { connection = "synapse", pool = "small", file = "abfss://jobs@lake/sales.py" }));
}
