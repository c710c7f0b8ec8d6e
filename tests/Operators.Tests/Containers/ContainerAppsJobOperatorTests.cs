using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class ContainerAppsJobOperatorTests : IAsyncLifetime, IDisposable
{
    private const string Token = "arm-token";
    private const string Path = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.App/jobs/train";

    private const string JobOfAzure = """
        {
          "name": "train",
          "properties": {
            "configuration": { "triggerType": "Manual", "replicaTimeout": 1800, "secrets": [{ "name": "db-password" }] },
            "template": {
              "containers": [
                { "name": "side", "image": "side:1", "resources": { "cpu": 0.25, "memory": "0.5Gi", "ephemeralStorage": "1Gi" } },
                { "name": "main", "image": "train:1", "args": ["a"], "env": [{ "name": "MODE", "value": "slow" }, { "name": "PASSWORD", "secretRef": "db-password" }], "resources": { "cpu": 0.5, "memory": "1Gi", "ephemeralStorage": "2Gi" }, "probes": [] }
              ],
              "initContainers": [{ "name": "init", "image": "init:1" }],
              "volumes": []
            }
          }
        }
        """;

    private readonly TestAttempts _attempts = new();
    private readonly List<JsonObject> _executions = [];
    private FakeService _service = null!;
    private bool _tellsName = true;
    private bool _lists = true;
    private bool _isBusy;
    private int _stopsNeeded = 1;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _service
            .On("GET", Path, Checked(_ => Results.Text(JobOfAzure, "application/json")))
            .On("POST", $"{Path}/start", Checked(Start))
            .On("GET", $"{Path}/executions", Checked(List))
            .On("GET", $"{Path}/executions/*", Checked(request => Execution(request) is { } execution ? Json(execution) : Results.NotFound()))
            .On("POST", $"{Path}/executions/*", Checked(Stop));
        _attempts.With(new ContainerAppsJobOperator());
        _attempts.Connections["azure"] = new Connection { Url = _service.Url, Token = Token, Options = new Connection().Options.Add("subscription", "sub-1").Add("resource_group", "rg") };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Profile_ChangesTheTaskPartOfTheJobsTemplate()
    {
        var job = Job(new { connection = "azure", job = "train", container = "main", command = new[] { "python" }, env = new { MODE = "fast" }, secret_refs = new { KEY = "api-key" } }, new() { Cpu = 1, MemoryMb = 2560, Image = "train:2" });

        Assert.Equal("train-0", (await job.SubmitAsync()).ExternalId);

        var template = _executions[0]["properties"]!["template"]!;
        AssertJson("""{"name":"side","image":"side:1","resources":{"cpu":0.25,"memory":"0.5Gi","ephemeralStorage":"1Gi"}}""", template["containers"]![0]);
        AssertJson("""[{"name":"init","image":"init:1"}]""", template["initContainers"]);
        var main = template["containers"]![1]!;
        Assert.Equal(("main", "train:2"), ((string)main["name"]!, (string)main["image"]!));
        AssertJson("""["python"]""", main["command"]);
        AssertJson("""["a"]""", main["args"]);
        AssertJson("""{"cpu":1,"memory":"2.5Gi"}""", main["resources"]);
        Assert.Null(main["probes"]);
        var env = main["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => variable!);
        AssertJson("""{"name":"PASSWORD","secretRef":"db-password"}""", env["PASSWORD"]);
        AssertJson("""{"name":"KEY","secretRef":"api-key"}""", env["KEY"]);
        Assert.Equal(("fast", TestAttempts.RunId), ((string)env["MODE"]!["value"]!, (string)env["UPDRAFT_RUN_ID"]!["value"]!));
    }

    [Fact]
    public async Task Submit_Again_FindsTheExecutionAmongAllPages()
    {
        var job = Job();
        await Job().SubmitAsync();
        await job.SubmitAsync();
        await Job().SubmitAsync();

        Assert.Equal("train-1", (await job.SubmitAsync()).ExternalId);
        Assert.Equal(3, _executions.Count);
    }

    [Fact]
    public async Task Submit_WhoseAnswerTellsNoName_IsFoundOnceItIsListed()
    {
        _tellsName = false;
        _lists = false;
        var job = Job();
        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        Assert.False((await job.CancelAsync()).Dead);
        _lists = true;
        SetStatus("Succeeded");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Single(_executions);
    }

    [Fact]
    public async Task Submit_OfASecretVariable_FailsForGood()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";

        var ended = (await Job(new { connection = "azure", job = "train", env = new { KEY = "{{ secrets.key }}" } }).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.ContainerUnsupported), (ended.Outcome, ended.Code));
        Assert.Contains("secret_refs", ended.Reason, StringComparison.Ordinal);
        Assert.Empty(_service.Requests);
    }

    [Theory]
    [InlineData("other", null, OperatorErrors.Refused, "there is no job 'other'")]
    [InlineData("train", "nope", OperatorErrors.Fields, "has no container 'nope'")]
    public async Task Submit_OfWhatIsNotThere_FailsForGood(string name, string? container, string code, string said)
    {
        var ended = (await Job(new { connection = "azure", job = name, container }).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, code), (ended.Outcome, ended.Code));
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_ThatMeetsFaults_StartsOneExecution()
    {
        var job = Job();
        _service.Throttle(5);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        _isBusy = true;
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        _isBusy = false;
        _service.Fail(503);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        _service.Break(half: true);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        await job.SubmitAsync();
        Assert.Single(_executions);
    }

    [Theory]
    [InlineData("Succeeded", AttemptOutcome.Success, null, "")]
    [InlineData("Failed", AttemptOutcome.Failed, OperatorErrors.TaskFailed, "ContainerAppConsoleLogs_CL | where ContainerGroupName_s startswith 'train-0'")]
    [InlineData("Stopped", AttemptOutcome.Failed, OperatorErrors.ContainerEvicted, "stopped by somebody else")]
    public async Task Check_OfAnEnd_TellsIt(string status, AttemptOutcome outcome, string? code, string said)
    {
        var job = Job();
        await job.SubmitAsync();
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        SetStatus("Degraded");
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        SetStatus(status);

        var result = await job.EndAsync();

        Assert.Equal((outcome, code), (result.Outcome, result.Code));
        Assert.Contains(said, result.Reason ?? "", StringComparison.Ordinal);
        Assert.Equal("[the container is started as train-0]\n[the log is kept in Log Analytics: ContainerAppConsoleLogs_CL | where ContainerGroupName_s startswith 'train-0']\n", job.Log);
    }

    [Fact]
    public async Task Check_OfAnExecutionThatIsGone_SaysVanished()
    {
        var job = Job();
        await job.SubmitAsync();
        _executions.Clear();

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Cancel_IsRepeatedUntilTheExecutionHasStopped()
    {
        var job = Job();
        await job.SubmitAsync();
        _stopsNeeded = 2;

        Assert.False((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.Equal(2, _service.Requests.Count(request => request.Path.EndsWith("/stop", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cancel_OfWhatWasNeverStarted_IsDead() => Assert.True((await Job().CancelAsync(knowsId: false)).Dead);

    private JobCalls Job(object? with = null, ComputeProfile? compute = null) => new(_attempts, _attempts.Task("t", "container_apps_job", with ?? new { connection = "azure", job = "train" }, compute: compute));

    private void SetStatus(string status) => _executions[0]["properties"]!["status"] = status;

    private IResult Start(ServiceRequest request)
    {
        if (_isBusy) return Results.Json(new { error = new { code = "ContainerAppOperationInProgress" } }, statusCode: 409);
        var name = FormattableString.Invariant($"train-{_executions.Count}");
        _executions.Add(new JsonObject { ["name"] = name, ["properties"] = new JsonObject { ["status"] = "Running", ["template"] = JsonNode.Parse(request.Body) } });
        return _tellsName ? Results.Json(new { name, id = $"{Path}/executions/{name}" }) : Results.StatusCode(202);
    }

    // A page holds one execution.
    private IResult List(ServiceRequest request)
    {
        var page = int.Parse(HttpUtility.ParseQueryString(request.Query)["$skipToken"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var next = page + 1 < _executions.Count ? FormattableString.Invariant($"{_service.Url.AbsoluteUri.TrimEnd('/')}{Path}/executions?api-version=2024-03-01&$skipToken={page + 1}") : null;
        return Json(new JsonObject { ["value"] = _lists && page < _executions.Count ? new JsonArray(_executions[page].DeepClone()) : [], ["nextLink"] = _lists ? next : null });
    }

    private IResult Stop(ServiceRequest request)
    {
        if (!request.Path.EndsWith("/stop", StringComparison.Ordinal) || Execution(request) is not { } execution) return Results.NotFound();
        if (--_stopsNeeded == 0) execution["properties"]!["status"] = "Stopped";
        return Results.StatusCode(202);
    }

    private JsonObject? Execution(ServiceRequest request) => _executions.Find(execution => request.Path[(Path.Length + "/executions/".Length)..].Split('/')[0] == (string)execution["name"]!);

    private static Func<ServiceRequest, IResult> Checked(Func<ServiceRequest, IResult> answer) => request =>
        request.Header("Authorization") != $"Bearer {Token}" ? Results.StatusCode(401)
        : HttpUtility.ParseQueryString(request.Query)["api-version"] != "2024-03-01" ? Results.BadRequest(new { error = new { code = "MissingApiVersionParameter" } })
        : answer(request);

    private static IResult Json(JsonObject node) => Results.Text(node.ToJsonString(), "application/json");

    private static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
