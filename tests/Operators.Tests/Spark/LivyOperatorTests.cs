using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class LivyOperatorTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private FakeLivy _livy = null!;

    public async Task InitializeAsync()
    {
        _livy = await FakeLivy.StartAsync();
        _attempts.With(new LivyOperator());
        _attempts.Connections["spark"] = new Connection { Url = _livy.Service.Url, User = "etl", Password = "pass-4711" };
    }

    public async Task DisposeAsync() => await _livy.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_WithAllFields_AsksAsLivyWantsItAndNamesTheBatchAfterTheAttempt()
    {
        var job = Job(new
        {
            connection = "spark", file = "abfss://jobs/sales-{{ ds }}.jar", class_name = "Sales", args = new object[] { "{{ ds }}", 7 }, jars = new[] { "a.jar" }, py_files = new[] { "b.zip" },
            files = new[] { "c.txt" }, archives = new[] { "d.tgz" }, conf = new Dictionary<string, object> { ["spark.sql.shuffle.partitions"] = 8 }, queue = "etl", proxy_user = "sales",
            driver_cores = 1, driver_memory = "2g", executor_cores = 2, executor_memory = "4g", num_executors = 3,
        });

        var submitted = await job.SubmitAsync();

        Assert.Equal("0", submitted.ExternalId);
        var body = Assert.Single(_livy.Created);
        var name = body.GetProperty("name").GetString()!;
        Assert.Equal($"updraft-test-spark-{JobPaths.NameOf(job.Attempt.AttemptId)}", name);
        Assert.True(JsonElement.DeepEquals(TestAttempts.Json(
            $$"""
            {
              "name": "{{name}}", "file": "abfss://jobs/sales-2026-03-29.jar", "className": "Sales", "args": ["2026-03-29", "7"], "jars": ["a.jar"], "pyFiles": ["b.zip"], "files": ["c.txt"],
              "archives": ["d.tgz"], "conf": { "spark.sql.shuffle.partitions": "8" }, "queue": "etl", "proxyUser": "sales", "driverCores": 1, "driverMemory": "2g", "executorCores": 2,
              "executorMemory": "4g", "numExecutors": 3
            }
            """), body), body.GetRawText());
        Assert.All(_livy.Service.Requests, request => Assert.Equal("Basic ZXRsOnBhc3MtNDcxMQ==", request.Header("Authorization")));
        Assert.DoesNotContain("pass-4711", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WithoutSizes_LeavesThemToTheCluster()
    {
        await Job().SubmitAsync();

        Assert.Equal(["name", "file"], Assert.Single(_livy.Created).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Submit_AgainForTheSameAttempt_FindsTheBatchAmongHundreds()
    {
        for (var i = 0; i < 150; i++) _livy.Add($"other-{i}");
        var job = Job();
        var first = await job.SubmitAsync();
        for (var i = 150; i < 250; i++) _livy.Add($"other-{i}");

        var second = await job.SubmitAsync();

        Assert.Equal(first.ExternalId, second.ExternalId);
        Assert.Single(_livy.Created);
    }

    [Fact]
    public async Task Submit_WhoseAnswerIsLost_IsFoundByTheNext()
    {
        var job = Job();
        await job.SubmitAsync();
        _livy.Service.Break(half: true);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        Assert.Equal("0", (await job.SubmitAsync()).ExternalId);
        Assert.Single(_livy.Created);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Submit_ToAServerInTrouble_IsToBeRepeated(int status)
    {
        var job = Job();
        _livy.Service.Fail(status);

        Assert.Equal(status, (int)(await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).Status!);
        Assert.Empty(_livy.Created);
    }

    [Fact]
    public async Task Submit_ThatIsRefused_FailsWithWhatTheServerSaid()
    {
        _livy.Service.Fail(403, """{"msg":"User 'etl' not allowed to impersonate 'root'."}""");

        var ended = (await Job().SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Refused), (ended.Outcome, ended.Code));
        Assert.Contains("not allowed to impersonate", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WhenTooManyAreBeingCreated_IsToBeRepeated()
    {
        await using var service = await FakeService.StartAsync();
        service.On("GET", "/batches", new { from = 0, total = 0, sessions = Array.Empty<int>() }).On("POST", "/batches", new { msg = "Rejected, too many sessions are being created!" }, 400);
        _attempts.Connections["spark"] = new Connection { Url = service.Url };

        Assert.Contains("too many sessions", (await Assert.ThrowsAsync<ServiceException>(Job().SubmitAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhileItRuns_AppendsTheDriversLogOnceAndHandsOverWhereItIs()
    {
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        (batch.State, batch.AppId) = ("running", "application_1_0001");
        batch.Output.AddRange(["reading", "written 3"]);
        batch.Diagnostics.Add("ACCEPTED: waiting for AM container");
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        batch.Output.Add("written 4");
        batch.Diagnostics[0] = "done";
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        batch.Output.Add("bye");
        batch.State = "success";

        var ended = await job.CheckAsync();

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal("""{"batchId":"0","appId":"application_1_0001","trackingUrl":"http://yarn/proxy/application_1_0001/"}""", ended.Result!.Output!.Value!.Value.GetRawText());
        Assert.EndsWith(
            "batch 0 is running as application_1_0001\nreading\nwritten 3\nwritten 4\nbatch 0 is success as application_1_0001\nbye\nstderr:\nYARN Diagnostics:\ndone\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfALogThatDropsOldLines_MissesNoneThatAreKept()
    {
        _livy.KeptLines = 20;
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        batch.State = "running";
        for (var i = 0; i < 100; i++)
        {
            batch.Output.Add($"line {i}");
            if (i % 12 == 0) await job.CheckAsync();
        }
        batch.State = "success";
        await job.CheckAsync();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"line {i}"), job.Log.Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.DoesNotContain("missing", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfALogThatOverran_SaysThatLinesAreMissing()
    {
        _livy.KeptLines = 5;
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        batch.State = "running";
        batch.Output.AddRange(Enumerable.Range(0, 6).Select(i => $"line {i}"));
        await job.CheckAsync();
        batch.Output.AddRange(Enumerable.Range(6, 20).Select(i => $"line {i}"));

        await job.CheckAsync();

        Assert.EndsWith("line 5\n[lines are missing here: the server drops old ones, and wrote more than it keeps since the last look]\nline 21\nline 22\nline 23\nline 24\nline 25\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfALongLog_ReadsAllPages()
    {
        _livy.KeptLines = 5000;
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        batch.State = "running";
        batch.Output.AddRange(Enumerable.Range(0, 1700).Select(i => $"line {i}"));

        await job.CheckAsync();

        Assert.Equal(1700, job.Log.Split('\n').Count(line => line.StartsWith("line ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("dead", OperatorErrors.RemoteFailed, "batch 0 (application_7) failed: Caused by: java.io.IOException: no space left")]
    [InlineData("killed", OperatorErrors.RemoteCancelled, "batch 0 (application_7) was killed, and not by this run")]
    public async Task Check_OfABatchThatEndedBadly_FailsWithTheReason(string state, string code, string reason)
    {
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        (batch.State, batch.AppId) = (state, "application_7");
        batch.Output.AddRange(["start", "org.apache.spark.SparkException: Job aborted.", "Caused by: java.io.IOException: no space left", "\tat x.y.Z", "INFO ShutdownHookManager: bye"]);

        var ended = await job.CheckAsync();

        Assert.Equal((JobStatus.Failed, AttemptOutcome.Failed, code, reason), (ended.Status, ended.Result!.Outcome, ended.Result.Code, ended.Result.Reason));
    }

    [Fact]
    public async Task Check_OfABatchThatIsGone_HasVanished()
    {
        var job = Job();
        await job.SubmitAsync();
        _livy.Forget(Assert.Single(_livy.Batches));

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
        Assert.Equal("1", (await job.SubmitAsync()).ExternalId);
    }

    [Fact]
    public async Task Check_OfAServerThatThrottles_WaitsAsAsked()
    {
        var job = Job();
        await job.SubmitAsync();
        _livy.Service.Throttle(42);

        var look = await job.CheckAsync();

        Assert.Equal((JobStatus.Running, TimeSpan.FromSeconds(42)), (look.Status, look.NextCheckAfter));
        Assert.Contains("answered 429", look.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhoseAnswerBreaksOff_IsALookThatFailed()
    {
        var job = Job();
        await job.SubmitAsync();
        _livy.Service.Break(half: true);

        var look = await job.CheckAsync();

        Assert.Equal(JobStatus.Running, look.Status);
        Assert.NotNull(look.Error);
    }

    [Fact]
    public async Task Check_OfAnEndedBatchWithoutALog_TriesAgainAndThenBelievesTheState()
    {
        await using var service = await FakeService.StartAsync();
        service.On("GET", "/batches/0", new { id = 0, state = "success", appId = "application_9" }).On("GET", "/batches/0/log", new { msg = "no" }, 503);
        _attempts.Connections["spark"] = new Connection { Url = service.Url };
        var job = Job();
        job.ExternalId = "0";

        Assert.Equal((JobStatus.Running, JobStatus.Running, JobStatus.Succeeded), ((await job.CheckAsync()).Status, (await job.CheckAsync()).Status, (await job.CheckAsync()).Status));
        Assert.Contains("the driver's log could not be read: ", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_OfABatchThatDiesSlowly_IsConfirmedOnceItIsGone()
    {
        _livy.DyingLooks = 2;
        var job = Job();
        await job.SubmitAsync();
        Assert.Single(_livy.Batches).State = "running";

        Assert.Equal((false, true), ((await job.CancelAsync()).Dead, (await job.CancelAsync()).Dead));
        Assert.Empty(_livy.Batches);
    }

    [Fact]
    public async Task Cancel_BeforeItKills_AppendsWhatTheDriverWroteSinceTheLastLook()
    {
        _livy.DyingLooks = 2;
        var job = Job();
        await job.SubmitAsync();
        var batch = Assert.Single(_livy.Batches);
        (batch.State, batch.AppId) = ("running", "application_3");
        batch.Output.Add("stage 1");
        await job.CheckAsync();
        batch.Output.Add("stuck");
        await job.CancelAsync();
        await job.CancelAsync();

        Assert.EndsWith("stage 1\nstuck\nkilling batch 0\nkilling batch 0\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_WithALogThatCannotBeRead_KillsNevertheless()
    {
        await using var service = await FakeService.StartAsync();
        var there = true;
        service
            .On("GET", "/batches/0", _ => there ? Results.Json(new { id = 0, state = "running" }) : Results.NotFound())
            .On("GET", "/batches/0/log", new { msg = "no" }, 503)
            .On("DELETE", "/batches/0", _ => Results.Ok(there = false));
        _attempts.Connections["spark"] = new Connection { Url = service.Url };
        var job = Job();
        job.ExternalId = "0";

        Assert.True((await job.CancelAsync()).Dead);
    }

    [Fact]
    public async Task Cancel_OfASubmissionOfUnknownOutcome_FindsTheBatchByTheAttempt()
    {
        _livy.Add("other");
        var job = Job();
        await job.SubmitAsync();
        job.ExternalId = null;

        Assert.True((await job.CancelAsync()).Dead);
        Assert.Equal("other", Assert.Single(_livy.Batches).Name);
        Assert.True((await job.CancelAsync()).Dead);
    }

    [Fact]
    public async Task Cancel_OfAServerInTrouble_IsNotConfirmed()
    {
        var job = Job();
        await job.SubmitAsync();
        _livy.Service.Fail(502);

        var cancelled = await job.CancelAsync();

        Assert.False(cancelled.Dead);
        Assert.Contains("answered 502", cancelled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WithAFieldThatIsNone_FailsForGood() =>
        Assert.Equal(OperatorErrors.Fields, (await Job(new { connection = "spark", file = "x.py", cores = 3 }).SubmitAsync()).Ended!.Code);

    private TestJob Job(object? with = null) => new(_attempts, _attempts.Task("spark", "livy", with ?? new { connection = "spark", file = "local:/sales.py" }));
}
