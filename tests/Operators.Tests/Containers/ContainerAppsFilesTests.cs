using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that are handed to an execution of a job, and that it hands over, through the share that the job mounts.</summary>
public sealed class ContainerAppsFilesTests : IAsyncLifetime, IDisposable
{
    private const string JobPath = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.App/jobs/train";
    private readonly TestAttempts _attempts = new();
    private readonly EagerTime _time = new();
    private FakeService _arm = null!;
    private FakeFileService _files = null!;
    private JsonObject? _execution;
    private string _template = Template();

    private FakeShares Shares => _files.Shares;

    public async Task InitializeAsync()
    {
        _files = await FakeFileService.StartAsync();
        Shares.Write("jobs/other/artifacts/x", "of another execution");
        _arm = await FakeService.StartAsync();
        _arm.On("GET", JobPath, _ => Results.Text($$"""{ "name": "train", "properties": { "template": {{_template}} } }""", "application/json"))
            .On("POST", $"{JobPath}/start", request =>
            {
                _execution = new JsonObject { ["name"] = "train-0", ["properties"] = new JsonObject { ["status"] = "Running", ["template"] = JsonNode.Parse(request.Body) } };
                return Results.Json(new { name = "train-0" });
            })
            .On("GET", $"{JobPath}/executions", _ => Results.Text(new JsonObject { ["value"] = _execution is null ? [] : new JsonArray(_execution.DeepClone()) }.ToJsonString(), "application/json"))
            .On("GET", $"{JobPath}/executions/*", _ => _execution is null ? Results.NotFound() : Results.Text(_execution.ToJsonString(), "application/json"))
            .On("POST", $"{JobPath}/executions/*", _ =>
            {
                SetStatus("Stopped");
                return Results.StatusCode(202);
            });
        _attempts.With(new ContainerAppsJobOperator(_time));
        _attempts.Connections["azure"] = new Connection { Url = _arm.Url, Token = "arm-token", Options = new Connection().Options.Add("subscription", "sub-1").Add("resource_group", "rg") };
        _attempts.Connections["files"] = new Connection { Url = _files.Url, Token = FakeFileService.Signature, Options = new Connection().Options.Add("share", "jobs") };
    }

    public async Task DisposeAsync()
    {
        await _arm.DisposeAsync();
        await _files.DisposeAsync();
    }

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Inputs_AreInTheTrysFolderBeforeTheStart()
    {
        var job = Job(new { connection = "azure", job = "train", files = "files", inputs = new { rows = new[] { 1, 2 } } });

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], Mine(job));
        var main = _execution!["properties"]!["template"]!["containers"]![1]!;
        Assert.Null(main["volumeMounts"]);
        var variables = main["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);
        Assert.Equal(($"/updraft/{job.Name}/inputs", $"/updraft/{job.Name}/artifacts", $"/updraft/{job.Name}/output.json"), (variables["UPDRAFT_INPUTS"], variables["UPDRAFT_ARTIFACTS"], variables["UPDRAFT_OUTPUT"]));
    }

    [Fact]
    public async Task Submit_WithoutFiles_AsksForNoMount()
    {
        _template = Template(mount: null);

        await Job(new { connection = "azure", job = "train" }).SubmitAsync();

        Assert.Empty(_files.Calls);
        Assert.DoesNotContain("UPDRAFT_OUTPUT", _execution!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Artifacts_AreStoredAndTheFolderIsRemoved()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", share = "jobs", artifacts = new { model = "model/" } });
        Shares.Write($"jobs/{job.Name}/artifacts/model/w", "abc").Write($"jobs/{job.Name}/artifacts/model/in/er", "d", readOnly: true).Write($"jobs/{job.Name}/output.json", """{"score":1}""");
        SetStatus("Succeeded");

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        var value = result.Output!.Value!.Value;
        Assert.Equal(1, value.GetProperty("score").GetInt32());
        Assert.True(value.GetProperty("model").GetProperty("folder").GetBoolean());
        Assert.Equal(["jobs/", "jobs/other/", "jobs/other/artifacts/", "jobs/other/artifacts/x"], Shares.Paths);
    }

    [Fact]
    public async Task Check_CrashAtEachStep_HandsOverOnce()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", artifacts = new { model = "m" } });
        Shares.Write($"jobs/{job.Name}/artifacts/m", "abc");
        SetStatus("Succeeded");

        await job.PeekAsync();
        await job.CheckAsync();
        await job.PeekAsync();
        _execution = null; // The job keeps no history.

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Empty(Mine(job));
    }

    [Fact]
    public async Task Check_OfAFailure_RemovesTheFolder()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        SetStatus("Failed");

        Assert.Equal(AttemptOutcome.Failed, (await job.EndAsync()).Outcome);
        Assert.Empty(Mine(job));
    }

    [Fact]
    public async Task Check_FolderThatIsHeldStill_IsTriedAgainAndThenTold()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        SetStatus("Succeeded");
        for (var i = 0; i < 16; i++) _files.Fail($"DELETE /jobs/{job.Name}/inputs/rows", 409, "SharingViolation");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Contains("[train-0 could not be removed: DELETE ", job.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("filled")]
    [InlineData("started")]
    public async Task Submit_AfterACrash_StartsOneExecutionWithWhatIsNew(string where)
    {
        var job = Job(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        if (where is "filled") Shares.Write($"jobs/{job.Name}/inputs/rows", "half").Write($"jobs/{job.Name}/artifacts/stale", "x");
        if (where is "started") await job.SubmitAsync();

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], Mine(job));
        Assert.Equal("1"u8.ToArray(), Shares.Read($"jobs/{job.Name}/inputs/rows"));
        Assert.Single(_arm.Requests, request => request.Path.EndsWith("/start", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "AzureFile", "", "mounts nothing at /updraft")]
    [InlineData("/data", "AzureFile", "", "add a volume of storageType AzureFile")]
    [InlineData("/updraft", "EmptyDir", "", "mounts a volume of storageType EmptyDir at /updraft")]
    [InlineData("/updraft", "NfsAzureFile", "", "it must be AzureFile")]
    [InlineData("/updraft", "AzureFile", "part", "leave out subPath")]
    public async Task Submit_WithoutTheMount_SaysWhatToAdd(string? mount, string type, string subPath, string said)
    {
        _template = Template(mount, type, subPath);

        var ended = (await Job(new { connection = "azure", job = "train", container = "main", files = "files" }).SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.ContainerUnsupported, ended.Code);
        Assert.Contains("container 'main' of the job 'train'", ended.Reason, StringComparison.Ordinal);
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
        Assert.Empty(_files.Calls);
    }

    [Theory]
    [InlineData("nowhere", OperatorErrors.Refused, "there is no such share")]
    [InlineData("No Share", OperatorErrors.Fields, "is no name of a share")]
    [InlineData(null, OperatorErrors.Fields, "no share is given")]
    public async Task Submit_WithoutAShare_FailsForGood(string? share, string code, string said)
    {
        _attempts.Connections["files"] = _files.ByKey;

        var ended = (await Job(new { connection = "azure", job = "train", files = "files", share, inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal(code, ended.Code);
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_ThatIsRefused_LeavesNoFolder()
    {
        var job = Job(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        _files.Next($"PUT /jobs/{job.Name}/inputs/rows range", (context, _) =>
        {
            _arm.Fail(400, "no");
            return _files.Shares.HandleAsync(context);
        });

        Assert.Equal(OperatorErrors.Refused, (await job.SubmitAsync()).Ended?.Code);

        Assert.Empty(Mine(job));
    }

    [Fact]
    public async Task Cancel_StopsTheExecutionAndRemovesTheFolder()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });

        Assert.True((await job.CancelAsync()).Dead);

        Assert.Equal("Stopped", (string)_execution!["properties"]!["status"]!);
        Assert.Empty(Mine(job));
    }

    [Fact]
    public async Task Cancel_OfWhatWasFilledAndNeverStarted_RemovesTheFolder()
    {
        var job = Job(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        Shares.Write($"jobs/{job.Name}/inputs/rows", "1");

        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);

        Assert.Empty(Mine(job));
    }

    [Fact]
    public async Task Cancel_OfWhatMayRun_KeepsTheFolderUntilItIsDead()
    {
        var job = await StartedAsync(new { connection = "azure", job = "train", files = "files", inputs = new { rows = 1 } });
        _arm.Fail(500);

        Assert.False((await job.CancelAsync()).Dead);

        Assert.NotEmpty(Mine(job));
    }

    private static string Template(string? mount = "/updraft/", string type = "AzureFile", string subPath = "") => $$"""
        {
          "containers": [
            { "name": "side", "image": "side:1" },
            { "name": "main", "image": "train:1"{{(mount is null ? "" : $$""", "volumeMounts": [{ "volumeName": "files", "mountPath": "{{mount}}", "subPath": "{{subPath}}" }]""")}} }
          ],
          "volumes": [{ "name": "files", "storageType": "{{type}}", "storageName": "jobs" }]
        }
        """;

    private JobCalls Job(object with)
    {
        var fields = System.Text.Json.JsonSerializer.SerializeToNode(with)!.AsObject();
        fields["container"] = "main";
        return new(_attempts, _attempts.Task("t", "container_apps_job", fields));
    }

    private async Task<JobCalls> StartedAsync(object with)
    {
        var job = Job(with);
        await job.SubmitAsync();
        return job;
    }

    private void SetStatus(string status) => _execution!["properties"]!["status"] = status;

    private IEnumerable<string> Mine(JobCalls job) => Shares.Paths.Where(path => path.StartsWith($"jobs/{job.Name}/", StringComparison.Ordinal)).Select(path => path["jobs/".Length..]);
}
