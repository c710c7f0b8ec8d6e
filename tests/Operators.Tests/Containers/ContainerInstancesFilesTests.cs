using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that are handed to a container group, and that it hands over, through a share of its own.</summary>
public sealed class ContainerInstancesFilesTests : IAsyncLifetime, IDisposable
{
    private const string Groups = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups";
    private readonly TestAttempts _attempts = new();
    private readonly EagerTime _time = new();
    private FakeService _arm = null!;
    private FakeFileService _files = null!;
    private JsonObject? _group;
    private IReadOnlyList<string> _mounted = [];
    private int _lingers;

    private FakeShares Shares => _files.Shares;

    public async Task InitializeAsync()
    {
        _files = await FakeFileService.StartAsync();
        _arm = await FakeService.StartAsync();
        _arm.On("PUT", Groups + "/*", request =>
            {
                _group = JsonNode.Parse(request.Body)!.AsObject();
                _mounted = Shares.Paths;
                return Results.StatusCode(201);
            })
            .On("GET", Groups + "/*", request => request.Path.EndsWith("/logs", StringComparison.Ordinal) ? Results.Json(new { content = "" }) : _group is null ? Results.NotFound() : Results.Text(_group.ToJsonString(), "application/json"))
            .On("DELETE", Groups + "/*", _ =>
            {
                if (_lingers-- > 0) return Results.StatusCode(202);
                _group = null;
                return Results.Ok();
            });
        _attempts.With(new ContainerInstancesOperator(_time), new ContainerAppsJobOperator(_time));
        _attempts.Connections["azure"] = new Connection { Url = _arm.Url, Token = "arm-token", Options = new Connection().Options.Add("subscription", "sub-1").Add("resource_group", "rg").Add("location", "westeurope") };
        _attempts.Connections["files"] = _files.ByKey;
    }

    public async Task DisposeAsync()
    {
        await _arm.DisposeAsync();
        await _files.DisposeAsync();
    }

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Inputs_AreOnTheShareBeforeTheGroupIsMade()
    {
        var job = Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = new[] { 1, 2 } } });

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], _mounted);
        Assert.Equal("[1,2]"u8.ToArray(), Shares.Read($"{job.Name}/inputs/rows"));
        var properties = _group!["properties"]!;
        AssertJson($$"""[{"name":"updraft","azureFile":{"shareName":"{{job.Name}}","storageAccountName":"acc","storageAccountKey":"{{FakeFileService.Key}}"} }]""", properties["volumes"]);
        var container = properties["containers"]![0]!["properties"]!;
        AssertJson("""[{"name":"updraft","mountPath":"/updraft"}]""", container["volumeMounts"]);
        var variables = container["environmentVariables"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);
        Assert.Equal(("/updraft/inputs", "/updraft/artifacts", "/updraft/output.json"), (variables["UPDRAFT_INPUTS"], variables["UPDRAFT_ARTIFACTS"], variables["UPDRAFT_OUTPUT"]));
        Assert.DoesNotContain(FakeFileService.Key, job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WithoutFiles_MountsNothing()
    {
        var job = Job(new { connection = "azure", image = "app" });

        await job.SubmitAsync();

        Assert.Null(_group!["properties"]!["volumes"]);
        Assert.Null(_group["properties"]!["containers"]![0]!["properties"]!["volumeMounts"]);
        Assert.Empty(_files.Calls);
    }

    [Theory]
    [InlineData("share")]
    [InlineData("filled")]
    [InlineData("made")]
    public async Task Submit_AfterACrash_RepeatsWhatWasNotDone(string where)
    {
        var job = Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        if (where is "share") Shares.MakeFolder(job.Name);
        if (where is "filled") Shares.Write($"{job.Name}/inputs/rows", "half").Write($"{job.Name}/artifacts/stale", "of a lost container", readOnly: true);
        if (where is "made") await job.SubmitAsync();

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], Shares.Paths);
        Assert.Equal("1"u8.ToArray(), Shares.Read($"{job.Name}/inputs/rows"));
        Assert.Single(_arm.Requests, request => request.Method == "PUT");
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"score":1}""")]
    public async Task Check_Artifacts_AreStoredAndTheShareIsDeleted(string output)
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "model/" } });
        var weights = new byte[AzureFiles.RangeSize + 10];
        new Random(3).NextBytes(weights);
        Shares.Write($"{job.Name}/artifacts/model/weights.bin", weights).Write($"{job.Name}/artifacts/model/empty", "").MakeFolder($"{job.Name}/artifacts/model/none");
        if (output.Length > 0) Shares.Write($"{job.Name}/output.json", output);
        End(0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        var value = result.Output!.Value!.Value;
        Assert.Equal(output.Length > 0, value.TryGetProperty("score", out _));
        Assert.Empty(Shares.Paths);
        Assert.Null(_group);

        var next = Job(new { connection = "azure", image = "app", files = "files", inputs = new { model = value.GetProperty("model") } });
        await next.SubmitAsync();
        Assert.Equal(weights, Shares.Read($"{next.Name}/inputs/model/weights.bin"));
        Assert.Contains($"{next.Name}/inputs/model/none/", Shares.Paths);
    }

    [Fact]
    public async Task Check_OutputWithoutArtifacts_IsTheTasks()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files" });
        Shares.Write($"{job.Name}/output.json", "[1, 2]");
        End(0);

        Assert.Equal("[1,2]", (await job.EndAsync()).Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData("{", "holds no JSON")]
    [InlineData(null, "artifact 'model' is not there")]
    public async Task Check_WhatCannotBeHandedOver_FailsTheTaskAndDeletesTheShare(string? output, string said)
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        if (output is not null) Shares.Write($"{job.Name}/output.json", output);
        End(0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Check_OutputThatIsTooLong_IsRefused()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files" });
        Shares.Write($"{job.Name}/output.json", new byte[(16 << 20) + 1]);
        End(0);

        Assert.Contains("larger than 16 MB", (await job.EndAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CrashAtEachStep_HandsOverOnce()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        Shares.Write($"{job.Name}/artifacts/m", "abc");
        End(0);

        await job.PeekAsync();
        await job.CheckAsync();
        await job.PeekAsync();
        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Check_FailureThatIsKeptToBeLookedAt_KeepsTheShare()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", clean_up = "on_success" });
        End(1);

        Assert.Equal(OperatorErrors.ExitCode, (await job.EndAsync()).Code);

        Assert.Contains($"{job.Name}/", Shares.Paths);
        Assert.NotNull(_group);
    }

    [Fact]
    public async Task Check_ThroughFaults_ReadsAll()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        Shares.Write($"{job.Name}/artifacts/m", "abc");
        End(0);
        for (var i = 0; i < 4; i++) _files.Break($"GET /{job.Name}/artifacts/m", half: true);

        var look = await job.CheckAsync();

        Assert.Equal(JobStatus.Running, look.Status);
        Assert.Contains($"/{job.Name}/artifacts/m", look.Error, StringComparison.Ordinal);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Submit_OnAShareThatIsBeingDeleted_WaitsForTheTasksRetries()
    {
        Shares.Lingers = 1;
        var job = Job(new { connection = "azure", image = "app", files = "files" });

        Assert.Equal(TimeSpan.FromSeconds(30), (await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).RetryAfter);
        await job.SubmitAsync();

        Assert.Empty(_time.Waits);
        Assert.NotNull(_group);
    }

    [Fact]
    public async Task Submit_ThatIsThrottled_GoesOn()
    {
        var job = Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        _files.Fail($"PUT /{job.Name}/inputs/rows range", 503, "ServerBusy", retryAfter: 3);

        await job.SubmitAsync();

        Assert.Equal([TimeSpan.FromSeconds(3)], _time.Waits);
        Assert.Equal("1"u8.ToArray(), Shares.Read($"{job.Name}/inputs/rows"));
    }

    [Fact]
    public async Task Submit_ThatIsRefused_LeavesNoShare()
    {
        var job = Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        _arm.Fail(404).Fail(400, """{"error":{"code":"InaccessibleImage"}}""");

        Assert.Equal(OperatorErrors.ContainerImage, (await job.SubmitAsync()).Ended?.Code);

        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Submit_ThatIsRefusedAndLeavesAShare_SaysBoth()
    {
        var job = Job(new { connection = "azure", image = "app", files = "files" });
        _arm.Fail(404).Fail(400, """{"error":{"code":"InaccessibleImage"}}""");
        _files.Fail($"DELETE /{job.Name}", 403, "AuthorizationFailure");

        var ended = (await job.SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.ContainerImage, ended.Code);
        Assert.Contains($"{job.Name} is left on the share; image app cannot be pulled", ended.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong key", OperatorErrors.Refused, "is no key of the account 'acc'")]
    [InlineData("azure", OperatorErrors.Connection, "needs the storage account as user and its key as password")]
    [InlineData("no url", OperatorErrors.Connection, "https://account.file.core.windows.net")]
    public async Task Submit_WithAConnectionThatDoesNotFit_FailsForGood(string which, string code, string said)
    {
        _attempts.Connections["files"] = which switch
        {
            "wrong key" => _files.ByKey with { Password = Convert.ToBase64String("another key"u8) },
            "azure" => new Connection { Url = _files.Url, Azure = "default" },
            _ => _files.ByKey with { Url = null },
        };

        var ended = (await Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal(code, ended.Code);
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
        Assert.Null(_group);
        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Submit_InputsWithoutFiles_FailsForGood()
    {
        var ended = (await Job(new { connection = "azure", image = "app", files = (string?)null, inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.Fields, ended.Code);
        Assert.Contains("inputs and artifacts need files", ended.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_DeletesTheShareAfterTheGroup(bool wasMade)
    {
        var job = Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        await job.SubmitAsync();
        if (!wasMade) _group = null;
        _lingers = wasMade ? 1 : 0;

        if (wasMade)
        {
            Assert.False((await job.CancelAsync(knowsId: false)).Dead);
            Assert.NotEmpty(Shares.Paths);
        }
        _files.Fail($"DELETE /{job.Name}", 503, "ServerBusy", retryAfter: 60);
        Assert.NotNull((await job.CancelAsync(knowsId: false)).Error);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Cancel_WithFilesThatMayNotBeRemoved_IsDeadAndSaysSo()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files" });
        _files.Fail($"DELETE /{job.Name}", 403, "AuthorizationFailure");

        Assert.True((await job.CancelAsync()).Dead);

        Assert.Contains("[files of the container could not be removed: DELETE ", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAGroupThatDoesNotStart_DeletesTheShareToo()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", start_timeout = "0s", clean_up = "never" });

        Assert.Equal(OperatorErrors.ContainerStart, (await job.EndAsync()).Code);

        Assert.Empty(Shares.Paths);
    }

    [Fact]
    public async Task Check_OfAGroupThatIsGone_RunsAgainWithWhatIsNew()
    {
        var job = await StartedAsync(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        Shares.Write($"{job.Name}/artifacts/stale", "of the lost container").Write($"{job.Name}/output.json", "1");
        _group = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], _mounted);
    }

    private JobCalls Job(object with) => new(_attempts, _attempts.Task("t", "container_instances", with));

    private async Task<JobCalls> StartedAsync(object with)
    {
        var job = Job(with);
        await job.SubmitAsync();
        return job;
    }

    private void End(int exitCode)
    {
        _group!["properties"]!["containers"]![0]!["properties"]!["instanceView"] = JsonSerializer.SerializeToNode(new { currentState = new { state = "Terminated", exitCode, detailStatus = "Completed" } });
        _group["properties"]!["instanceView"] = new JsonObject { ["state"] = exitCode == 0 ? "Succeeded" : "Failed" };
    }

    private static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
