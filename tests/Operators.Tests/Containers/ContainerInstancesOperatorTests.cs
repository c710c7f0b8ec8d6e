using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class ContainerInstancesOperatorTests : IAsyncLifetime, IDisposable
{
    private const string Token = "arm-token";
    private const string Groups = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups";
    private readonly TestAttempts _attempts = new();
    private readonly ManualTime _time = new();
    private readonly List<string?> _tails = [];
    private FakeService _service = null!;
    private JsonObject? _group;
    private string _log = "";
    private int _lingers;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _service
            .On("PUT", Groups + "/*", Checked(request =>
            {
                _group = JsonNode.Parse(request.Body)!.AsObject();
                _group["name"] = request.Path[(Groups.Length + 1)..];
                _group["properties"]!["provisioningState"] = "Creating";
                return Json(_group, 201);
            }))
            .On("GET", Groups + "/*", Checked(request => request.Path.EndsWith("/containers/main/logs", StringComparison.Ordinal) ? Log(request) : Is(request) ? Json(_group!) : Results.NotFound()))
            .On("DELETE", Groups + "/*", Checked(request =>
            {
                if (!Is(request)) return Results.NoContent();
                if (_lingers-- > 0) return Results.StatusCode(202);
                _group = null;
                return Results.Ok();
            }));
        _attempts.With(new ContainerInstancesOperator(_time));
        _attempts.Connections["azure"] = new Connection { Url = _service.Url, Token = Token, Options = new Connection().Options.Add("subscription", "sub-1").Add("resource_group", "rg").Add("location", "westeurope") };
        _attempts.Connections["registry"] = new Connection { Url = new Uri("https://acr.azurecr.io"), User = "puller", Password = "p4ss-word" };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Profile_BecomesAGroupOfOneContainer()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { connection = "azure", command = new[] { "python" }, args = new[] { "fit.py" }, env = new { KEY = "{{ secrets.key }}", DAY = "{{ ds }}" }, registry = "registry", subnet = "/subnets/s", identity = "/identities/i" },
            new() { Cpu = 2, MemoryMb = 1100, Image = "acr.azurecr.io/fit:1" });

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);

        var properties = _group!["properties"]!;
        Assert.Equal(("westeurope", "Linux", "Never", TestAttempts.RunId), ((string)_group["location"]!, (string)properties["osType"]!, (string)properties["restartPolicy"]!, (string)_group["tags"]!["updraft-run"]!));
        AssertJson("""[{"server":"acr.azurecr.io","username":"puller","password":"p4ss-word"}]""", properties["imageRegistryCredentials"]);
        AssertJson("""[{"id":"/subnets/s"}]""", properties["subnetIds"]);
        AssertJson("""{"type":"UserAssigned","userAssignedIdentities":{"/identities/i":{}}}""", _group["identity"]);
        var container = properties["containers"]![0]!["properties"]!;
        AssertJson("""["python","fit.py"]""", container["command"]);
        AssertJson("""{"requests":{"cpu":2,"memoryInGB":1.1}}""", container["resources"]);
        var variables = container["environmentVariables"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => variable!);
        AssertJson("""{"name":"KEY","secureValue":"s3cr3t-key"}""", variables["KEY"]);
        AssertJson("""{"name":"DAY","value":"2026-03-29"}""", variables["DAY"]);
        Assert.DoesNotContain("UPDRAFT_OUTPUT", variables.Keys);
    }

    [Fact]
    public async Task Submit_AgainAfterTheEnd_DoesNotRunItAgain()
    {
        var job = await StartedAsync();
        End(0);

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Single(_service.Requests, request => request.Method == "PUT");
    }

    [Theory]
    [InlineData(400, """{"error":{"code":"InaccessibleImage","message":"The image 'app' in container group is not accessible."}}""", OperatorErrors.ContainerImage)]
    [InlineData(403, """{"error":{"code":"AuthorizationFailed"}}""", OperatorErrors.Refused)]
    public async Task Submit_ThatIsRefused_SaysWhy(int status, string said, string code)
    {
        var job = Job(new { connection = "azure", image = "app" });
        _service.Fail(404).Fail(status, said);

        Assert.Equal(code, (await job.SubmitAsync()).Ended?.Code);
    }

    [Fact]
    public async Task Submit_WhereThereIsNoRoom_IsTriedAgain()
    {
        var job = Job(new { connection = "azure", image = "app" });
        _service.Fail(404).Fail(409, """{"error":{"code":"ContainerGroupQuotaReached"}}""");
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        _service.Throttle(30);
        Assert.Equal(TimeSpan.FromSeconds(30), (await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).RetryAfter);
        _service.Break(half: false);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
    }

    [Theory]
    [InlineData("""{"args":["x"],"image":"app","connection":"azure"}""", OperatorErrors.ContainerUnsupported, "whole line in command")]
    [InlineData("""{"image":"app","connection":"azure","registry":"azure"}""", OperatorErrors.Fields, "needs a url, and a user")]
    [InlineData("""{"image":"app","connection":"bare"}""", OperatorErrors.Fields, "no subscription is given")]
    public async Task Submit_OfWhatCannotBe_FailsForGood(string with, string code, string said)
    {
        _attempts.Connections["bare"] = new Connection { Url = _service.Url, Token = Token };

        var ended = (await Job(TestAttempts.Json(with)).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, code), (ended.Outcome, ended.Code));
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_OfGpus_FailsForGood()
    {
        var ended = (await Job(new { connection = "azure", image = "app" }, new() { Gpu = 1 }).SubmitAsync()).Ended!;

        Assert.Equal("operator 'container_instances' cannot give 'gpu'; of a compute profile it honours cpu, environment, image, memory_mb", ended.Reason);
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Check_WhileItRuns_CopiesEachLineOnce()
    {
        var job = await StartedAsync();
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        View(new { currentState = new { state = "Running", detailStatus = "" } });
        _log = "2026-03-29T01:00:01.0000001Z one\n2026-03-29T01:00:01.0000001Z two\n";
        await job.CheckAsync();
        _log += "2026-03-29T01:00:02Z three\n";
        await job.CheckAsync();
        End(0);

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Equal($"[app is started as {job.Name}]\none\ntwo\nthree\n", job.Log);
        Assert.Null(_group);
    }

    [Fact]
    public async Task Check_OfMoreLinesThanTheTail_AsksForAllOfThem()
    {
        var job = await StartedAsync();
        View(new { currentState = new { state = "Running" } });
        _log = "2026-03-29T01:00:00Z first\n";
        await job.CheckAsync();
        _log += string.Concat(Enumerable.Range(1, 3000).Select(number => FormattableString.Invariant($"2026-03-29T01:00:01.{number:0000}Z {number}\n")));
        await job.CheckAsync();

        Assert.Equal([null, "2000", null], _tails);
        Assert.Equal(3002, job.Log.Split('\n').Length - 1);
    }

    [Theory]
    [InlineData(1, "Error", AttemptOutcome.Failed, OperatorErrors.ExitCode)]
    [InlineData(99, "Error", AttemptOutcome.Skipped, null)]
    [InlineData(137, "OOMKilled", AttemptOutcome.Failed, OperatorErrors.ContainerMemory)]
    public async Task Check_OfAFailure_TellsWhy(int exitCode, string detail, AttemptOutcome outcome, string? code)
    {
        var job = await StartedAsync();
        End(exitCode, detail);

        var result = await job.EndAsync();

        Assert.Equal((outcome, code), (result.Outcome, result.Code));
    }

    [Theory]
    [InlineData("Stopped", OperatorErrors.ContainerEvicted, "stopped by somebody else")]
    [InlineData("Failed", OperatorErrors.ContainerImage, "failed to pull and unpack image")]
    public async Task Check_OfAGroupThatEndedWithoutItsContainer_TellsWhy(string state, string code, string said)
    {
        var job = await StartedAsync();
        View(new { currentState = new { state = "Waiting" }, events = new[] { new { type = "Normal", message = "pulling image" }, new { type = "Warning", message = "failed to pull and unpack image" } } }, state);

        var result = await job.EndAsync();

        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAGroupThatDoesNotStart_FailsWithTheLastWarningAndSeesItDead()
    {
        var job = await StartedAsync();
        View(new { currentState = new { state = "Waiting", detailStatus = "CreateContainerError" }, events = new[] { new { type = "Warning", message = "failed to create shim" } } });
        _lingers = 1;
        await job.CheckAsync();
        _time.Now += TimeSpan.FromMinutes(10);

        var result = await job.EndAsync();

        Assert.Equal((OperatorErrors.ContainerStart, "did not start within start_timeout 10m: failed to create shim"), (result.Code, result.Reason));
        Assert.Equal(2, _service.Requests.Count(request => request.Method == "DELETE"));
    }

    [Fact]
    public async Task Check_OfAGroupThatIsGone_SaysVanished()
    {
        var job = await StartedAsync();
        _group = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Cancel_IsRepeatedUntilTheGroupIsGone()
    {
        var job = await StartedAsync();
        _lingers = 1;

        Assert.False((await job.CancelAsync(knowsId: false)).Dead);
        _service.Fail(500);
        Assert.NotNull((await job.CancelAsync()).Error);
        Assert.True((await job.CancelAsync()).Dead);
    }

    private JobCalls Job(object with, ComputeProfile? compute = null) => new(_attempts, _attempts.Task("t", "container_instances", with, compute: compute));

    private async Task<JobCalls> StartedAsync()
    {
        var job = Job(new { connection = "azure", image = "app" });
        await job.SubmitAsync();
        return job;
    }

    private void View(object view, string? groupState = null)
    {
        _group!["properties"]!["containers"]![0]!["properties"]!["instanceView"] = JsonSerializer.SerializeToNode(view);
        if (groupState is not null) _group["properties"]!["instanceView"] = new JsonObject { ["state"] = groupState };
    }

    private void End(int exitCode, string detail = "Completed") => View(new { currentState = new { state = "Terminated", exitCode, detailStatus = detail } }, exitCode == 0 ? "Succeeded" : "Failed");

    private bool Is(ServiceRequest request) => _group is not null && request.Path == $"{Groups}/{(string)_group["name"]!}";

    private IResult Log(ServiceRequest request)
    {
        var query = HttpUtility.ParseQueryString(request.Query);
        Assert.Equal("true", query["timestamps"]);
        _tails.Add(query["tail"]);
        var lines = _log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (query["tail"] is { } tail) lines = lines[^Math.Min(lines.Length, int.Parse(tail, System.Globalization.CultureInfo.InvariantCulture))..];
        return Results.Json(new { content = string.Concat(lines.Select(line => line + "\n")) });
    }

    private static Func<ServiceRequest, IResult> Checked(Func<ServiceRequest, IResult> answer) => request =>
        request.Header("Authorization") != $"Bearer {Token}" ? Results.StatusCode(401)
        : HttpUtility.ParseQueryString(request.Query)["api-version"] != "2023-05-01" ? Results.BadRequest(new { error = new { code = "MissingApiVersionParameter" } })
        : answer(request);

    private static IResult Json(JsonObject node, int status = 200) => Results.Text(node.ToJsonString(), "application/json", statusCode: status);

    private static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
