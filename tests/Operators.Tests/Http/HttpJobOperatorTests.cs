using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class HttpJobOperatorTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly Dictionary<string, int> _keys = [];
    private readonly Queue<IResult> _statuses = new();
    private FakeService _service = null!;
    private IResult _last = Results.NotFound();

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _attempts.With(new HttpJobOperator());
        _attempts.Connections["jobs"] = new Connection { Url = new Uri(_service.Url, "/api/"), Token = "token-4711" };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Job_AcceptedWithALocation_IsPolledUntilItIsNo202()
    {
        Accepts(("Location", "/api/operations/1?sig=s3cret"), ("Retry-After", "20"));
        Status(new Answer(202, RetryAfter: 7), 202, Results.Json(new { rows = 3 }));
        var job = Job(new { connection = "jobs", url = "/exports", body = new { day = "{{ ds }}" }, headers = new { X_Team = "sales" } });

        var submitted = await job.SubmitAsync();
        var looks = new[] { await job.CheckAsync(), await job.CheckAsync(), await job.CheckAsync() };

        var request = _service.Requests[0];
        Assert.Equal(("POST", "/api/exports", """{"day":"2026-03-29"}""", JobPaths.NameOf(job.Attempt.AttemptId)), (request.Method, request.Path, request.Body, request.Header("Idempotency-Key")));
        Assert.All(_service.Requests, sent => Assert.Equal(("Bearer token-4711", "sales"), (sent.Header("Authorization"), sent.Header("X_Team"))));
        Assert.Equal(("/api/operations/1", "?sig=s3cret", null), (_service.Requests[1].Path, _service.Requests[1].Query, _service.Requests[1].Header("Idempotency-Key")));
        Assert.Equal(TimeSpan.FromSeconds(20), submitted.Policy!.Interval);
        Assert.Equal([JobStatus.Running, JobStatus.Running, JobStatus.Succeeded], looks.Select(look => look.Status));
        Assert.Equal([TimeSpan.FromSeconds(7), null, null], looks.Select(look => look.NextCheckAfter));
        Assert.Equal("""{"rows":3}""", looks[2].Result!.Output!.Value!.Value.GetRawText());
        Assert.DoesNotContain("s3cret", job.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Operation-Location")]
    [InlineData("Azure-AsyncOperation")]
    public async Task Job_OfAzure_GoesByTheStatusOfItsOperation(string header)
    {
        Accepts((header, "operations/1"), ("Location", "/api/elsewhere"));
        Status(new { status = "Running" }, new { status = "Succeeded", properties = new { url = "/api/results/1" } });
        _service.On("GET", "/api/results/1", new { data = new { rows = 4 } });
        var job = Job(new { connection = "jobs", url = "exports", result_url_at = "/properties/url", extract = "/data/rows" });
        await job.SubmitAsync();

        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        Assert.Equal("4", (await job.CheckAsync()).Result!.Output!.Value!.Value.GetRawText());
        Assert.EndsWith("its status is Running\nits status is Succeeded\n", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_WithAnIdInItsAnswer_IsPolledWhereTheAuthorSays()
    {
        _service.On("POST", "/api/jobs", new { job = new { id = "a/7" } }, 201);
        Status(new { state = "QUEUED" }, new { state = "READY" });
        var job = Job(new { connection = "jobs", url = "jobs", id_at = "/job/id", status_url = "operations/{id}", status_at = "/state", done = new[] { "ready" } });
        var submitted = await job.SubmitAsync();

        Assert.Equal("operations/a%2F7", submitted.ExternalId);
        Assert.Equal((JobStatus.Running, JobStatus.Succeeded), ((await job.CheckAsync()).Status, (await job.CheckAsync()).Status));
    }

    [Fact]
    public async Task Job_WithAStatusUrlInItsAnswer_IsPolledThere()
    {
        _service.On("POST", "/api/jobs", new { links = new { status = new Uri(_service.Url, "/api/operations/9").AbsoluteUri } });
        Status(new { status = "done" });
        var job = Job(new { connection = "jobs", url = "jobs", status_url_at = "/links/status", status_at = "/status" });
        await job.SubmitAsync();

        Assert.Equal(JobStatus.Succeeded, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Job_NamedByTheAttempt_IsThereWhenItsNameConflicts()
    {
        var job = Job(new { connection = "jobs", url = "jobs/{attempt}", method = "put", status_url = "operations/{attempt}", status_at = "/status" });
        var name = JobPaths.NameOf(job.Attempt.AttemptId);
        _service.On("PUT", "/api/jobs/" + name, _ => Results.StatusCode(_keys.TryAdd(name, 1) ? 201 : 409));
        var first = await job.SubmitAsync();

        Assert.Equal($"operations/{name}", first.ExternalId);
        Assert.Equal(first.ExternalId, (await job.SubmitAsync()).ExternalId);
    }

    [Fact]
    public async Task Job_ThatIsDoneAtOnce_HandsItsAnswerOver()
    {
        _service.On("POST", "/api/jobs", _ => new Answer(201, ("Location", "/api/things/1"), new { id = 1 }));

        var submitted = await Job(new { connection = "jobs", url = "jobs" }).SubmitAsync();

        Assert.Equal("""{"id":1}""", submitted.Ended!.Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("http://other.example.com/op", "{}")]
    [InlineData(null, """{"status_url_at":"/links/status"}""")]
    [InlineData(null, """{"status_url":"operations/{id}","id_at":"/none"}""")]
    public async Task Submit_WhoseAnswerDoesNotSayWhereTheJobIs_FailsForGood(string? location, string more)
    {
        Accepts(location is null ? ("X-None", "1") : ("Location", location));
        var fields = TestAttempts.Json(more).EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        (fields["connection"], fields["url"]) = ("jobs", "exports");

        var ended = (await Job(fields).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.RemoteUnclear), (ended.Outcome, ended.Code));
    }

    [Fact]
    public async Task Submit_AfterAnAnswerThatWasLost_BearsTheSameKey()
    {
        Accepts(("Location", "/api/operations/1"));
        var job = Job();
        await job.SubmitAsync();
        _service.Break(half: true);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        await job.SubmitAsync();

        Assert.Equal([2], _keys.Values);
        Assert.Single(_service.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
    }

    [Theory]
    [InlineData(422, AttemptOutcome.FailedForGood, OperatorErrors.Refused)]
    [InlineData(409, AttemptOutcome.FailedForGood, OperatorErrors.Refused)]
    [InlineData(404, AttemptOutcome.FailedForGood, OperatorErrors.Refused)]
    public async Task Submit_ThatIsRefused_FailsForGood(int status, AttemptOutcome outcome, string code)
    {
        _service.Fail(status, "no");

        var ended = (await Job().SubmitAsync()).Ended!;

        Assert.Equal((outcome, code), (ended.Outcome, ended.Code));
    }

    [Fact]
    public async Task Check_OfAJobThatFailed_SaysWhy()
    {
        Accepts(("Operation-Location", "/api/operations/1"));
        Status(new { status = "Failed", error = new { code = "Quota", message = "no quota left" } });
        var job = Job();
        await job.SubmitAsync();

        var ended = await job.CheckAsync();

        Assert.Equal((JobStatus.Failed, OperatorErrors.RemoteFailed, $"the job at {new Uri(_service.Url, "/api/operations/1")} ended as Failed: no quota left"), (ended.Status, ended.Result!.Code, ended.Result.Reason));
    }

    [Fact]
    public async Task Check_OfAnAnswerWithoutAStatus_IsALookThatFailed()
    {
        Accepts(("Operation-Location", "/api/operations/1"));
        Status(new { state = "odd" });
        var job = Job();
        await job.SubmitAsync();

        Assert.EndsWith("/api/operations/1 answered 200 without a status at '/status'", (await job.CheckAsync()).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Check_OfAJobThatIsGone_HasVanished(int status)
    {
        Accepts(("Location", "/api/operations/1"));
        Status(status);
        var job = Job();
        await job.SubmitAsync();

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_OfAServiceInTrouble_IsALookThatFailedAndWaitsAsAsked()
    {
        Accepts(("Location", "/api/operations/1"));
        var job = Job();
        await job.SubmitAsync();
        _service.Throttle(33).Fail(500).Break(half: false);

        Assert.Equal(TimeSpan.FromSeconds(33), (await job.CheckAsync()).NextCheckAfter);
        Assert.Contains("answered 500", (await job.CheckAsync()).Error, StringComparison.Ordinal);
        Assert.NotNull((await job.CheckAsync()).Error);
    }

    [Fact]
    public async Task Result_OfAnotherOrigin_IsFetchedWithoutTheSignIn()
    {
        await using var storage = await FakeService.StartAsync();
        storage.On("GET", "/blob", new { rows = 5 });
        Accepts(("Operation-Location", "/api/operations/1"));
        Status(new { status = "Succeeded", url = new Uri(storage.Url, "/blob?sig=x").AbsoluteUri });
        var job = Job(new { connection = "jobs", url = "exports", headers = new { X_Key = "k" }, result_url_at = "/url" });
        await job.SubmitAsync();

        Assert.Equal("""{"rows":5}""", (await job.CheckAsync()).Result!.Output!.Value!.Value.GetRawText());
        var fetched = Assert.Single(storage.Requests);
        Assert.Equal((null, null), (fetched.Header("Authorization"), fetched.Header("X_Key")));
    }

    [Theory]
    [InlineData("""{"result_url_at":"/none"}""")]
    [InlineData("""{"extract":"/none"}""")]
    public async Task Result_ThatIsNotThere_FailsTheTask(string more)
    {
        Accepts(("Operation-Location", "/api/operations/1"));
        Status(new { status = "Succeeded" });
        var fields = TestAttempts.Json(more).EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        (fields["connection"], fields["url"]) = ("jobs", "exports");
        var job = Job(fields);
        await job.SubmitAsync();

        Assert.Equal((JobStatus.Failed, OperatorErrors.Output), ((await job.CheckAsync()) is var look ? (look.Status, look.Result?.Code) : default));
    }

    [Fact]
    public async Task Cancel_ByItsOwnRequest_IsConfirmedByTheStatus()
    {
        Accepts(("Operation-Location", "/api/operations/7"));
        Status(new { status = "Running" }, new { status = "Canceling" }, new { status = "Canceling" }, new { status = "Canceled" });
        _service.On("POST", "/api/exports/7/stop", _ => Results.StatusCode(202));
        var job = Job(new { connection = "jobs", url = "exports", cancel = new { url = "exports/{id}/stop", method = "post", body = new { reason = "cancelled" } } });
        await job.SubmitAsync();

        Assert.False((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.Equal("""{"reason":"cancelled"}""", _service.Requests.Last(request => request.Path == "/api/exports/7/stop").Body);
    }

    [Fact]
    public async Task Cancel_ByDeletingTheStatus_IsConfirmedOnceItIsGone()
    {
        Accepts(("Location", "/api/operations/7"));
        Status(202, 404);
        _service.On("DELETE", "/api/operations/7", _ => Results.NoContent());
        var job = Job(new { connection = "jobs", url = "exports", cancel = new { } });
        await job.SubmitAsync();

        Assert.True((await job.CancelAsync()).Dead);
        Assert.Single(_service.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public async Task Cancel_WithoutARequestForIt_WaitsForTheEnd()
    {
        Accepts(("Location", "/api/operations/7"));
        Status(202, 200);
        var job = Job();
        await job.SubmitAsync();

        Assert.False((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync()).Dead);
    }

    [Fact]
    public async Task Cancel_OfASubmissionOfUnknownOutcome_FindsTheJobByItsKey()
    {
        Accepts(("Location", "/api/operations/7"));
        Status(202, 404);
        _service.On("DELETE", "/api/operations/7", _ => Results.NoContent());
        var job = Job(new { connection = "jobs", url = "exports", cancel = new { } });
        await job.SubmitAsync();
        (job.ExternalId, job.State) = (null, null);

        Assert.True((await job.CancelAsync()).Dead);
        Assert.Equal([2], _keys.Values);
    }

    [Fact]
    public async Task Submit_WithoutAConnection_NeedsAWholeUrl() => Assert.Equal(OperatorErrors.Fields, (await Job(new { url = "exports" }).SubmitAsync()).Ended!.Code);

    [Fact]
    public async Task Submit_WithAnIntervalThatIsNone_FailsForGood() => Assert.Equal(OperatorErrors.Fields, (await Job(new { connection = "jobs", url = "x", interval = "10ms" }).SubmitAsync()).Ended!.Code);

    private void Accepts(params (string Name, string Value)[] headers) => _service.On("POST", "/api/exports", request =>
    {
        var key = request.Header("Idempotency-Key") ?? "";
        _keys[key] = _keys.GetValueOrDefault(key) + 1;
        return new Answer(202, headers, new { id = 7 });
    });

    /// <summary>What the status URL answers, one after the other; the last one again and again.</summary>
    private void Status(params object[] answers)
    {
        foreach (var answer in answers) _statuses.Enqueue(answer as IResult ?? (answer is int status ? Results.StatusCode(status) : Results.Json(answer)));
        IResult Next(ServiceRequest request) => _last = _statuses.TryDequeue(out var next) ? next : _last;
        _service.On("GET", "/api/operations/*", Next).On("GET", "/api/exports/operations/*", Next).On("GET", "/operations/*", Next);
    }

    private TestJob Job(object? with = null) => new(_attempts, _attempts.Task("export", "http_job", with ?? new { connection = "jobs", url = "exports" }));

    private sealed record Answer(int Status, (string Name, string Value)[] Headers, object? Body) : IResult
    {
        public Answer(int status, (string Name, string Value) header, object? body)
            : this(status, [header], body)
        {
        }

        public Answer(int Status, int RetryAfter)
            : this(Status, [("Retry-After", RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture))], null)
        {
        }

        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = Status;
            foreach (var (name, value) in Headers) context.Response.Headers[name] = value;
            return Body is null ? Task.CompletedTask : context.Response.WriteAsJsonAsync(Body);
        }
    }
}
