using System.Text.Json.Nodes;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that are handed to a container group, and that it hands over, through a share of its own.</summary>
public sealed class ContainerInstancesFilesTests : IAsyncLifetime
{
    private FakeContainerGroups _groups = null!;

    public async Task InitializeAsync() => _groups = await FakeContainerGroups.StartAsync();

    public async Task DisposeAsync() => await _groups.DisposeAsync();

    [Fact]
    public async Task Submit_Inputs_AreOnTheShareBeforeTheGroupIsMade()
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = new[] { 1, 2 } } });

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], _groups.Mounted);
        Assert.Equal("[1,2]"u8.ToArray(), _groups.Files.Shares.Read($"{job.Name}/inputs/rows"));
        var properties = _groups.Group!["properties"]!;
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
        var job = _groups.Job(new { connection = "azure", image = "app" });

        await job.SubmitAsync();

        Assert.Null(_groups.Group!["properties"]!["volumes"]);
        Assert.Null(_groups.Group["properties"]!["containers"]![0]!["properties"]!["volumeMounts"]);
        Assert.Empty(_groups.Files.Calls);
    }

    [Theory]
    [InlineData("share")]
    [InlineData("filled")]
    [InlineData("made")]
    public async Task Submit_AfterACrash_RepeatsWhatWasNotDone(string where)
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        if (where is "share") _groups.Files.Shares.MakeFolder(job.Name);
        if (where is "filled") _groups.Files.Shares.Write($"{job.Name}/inputs/rows", "half").Write($"{job.Name}/artifacts/stale", "of a lost container", readOnly: true);
        if (where is "made") await job.SubmitAsync();

        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], _groups.Files.Shares.Paths);
        Assert.Equal("1"u8.ToArray(), _groups.Files.Shares.Read($"{job.Name}/inputs/rows"));
        Assert.Single(_groups.Arm.Requests, request => request.Method == "PUT");
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"score":1}""")]
    public async Task Check_Artifacts_AreStoredAndTheShareIsDeleted(string output)
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "model/" } });
        var weights = new byte[AzureFiles.RangeSize + 10];
        new Random(3).NextBytes(weights);
        _groups.Files.Shares.Write($"{job.Name}/artifacts/model/weights.bin", weights).Write($"{job.Name}/artifacts/model/empty", "").MakeFolder($"{job.Name}/artifacts/model/none");
        if (output.Length > 0) _groups.Files.Shares.Write($"{job.Name}/output.json", output);
        _groups.End(0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        var value = result.Output!.Value!.Value;
        Assert.Equal(output.Length > 0, value.TryGetProperty("score", out _));
        Assert.Empty(_groups.Files.Shares.Paths);
        Assert.Null(_groups.Group);

        var next = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { model = value.GetProperty("model") } });
        await next.SubmitAsync();
        Assert.Equal(weights, _groups.Files.Shares.Read($"{next.Name}/inputs/model/weights.bin"));
        Assert.Contains($"{next.Name}/inputs/model/none/", _groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Check_OutputWithoutArtifacts_IsTheTasks()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files" });
        _groups.Files.Shares.Write($"{job.Name}/output.json", "[1, 2]");
        _groups.End(0);

        Assert.Equal("[1,2]", (await job.EndAsync()).Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData("{", "holds no JSON")]
    [InlineData(null, "artifact 'model' is not there")]
    public async Task Check_WhatCannotBeHandedOver_FailsTheTaskAndDeletesTheShare(string? output, string said)
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        if (output is not null) _groups.Files.Shares.Write($"{job.Name}/output.json", output);
        _groups.End(0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Check_OutputThatIsTooLong_IsRefused()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files" });
        _groups.Files.Shares.Write($"{job.Name}/output.json", new byte[(16 << 20) + 1]);
        _groups.End(0);

        Assert.Contains("larger than 16 MB", (await job.EndAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CrashAtEachStep_HandsOverOnce()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        _groups.Files.Shares.Write($"{job.Name}/artifacts/m", "abc");
        _groups.End(0);

        await job.PeekAsync();
        await job.CheckAsync();
        await job.PeekAsync();
        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Check_ThroughFaults_ReadsAll()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", artifacts = new { model = "m" } });
        _groups.Files.Shares.Write($"{job.Name}/artifacts/m", "abc");
        _groups.End(0);
        for (var i = 0; i < 4; i++) _groups.Files.Break($"GET /{job.Name}/artifacts/m", half: true);

        var look = await job.CheckAsync();

        Assert.Equal(JobStatus.Running, look.Status);
        Assert.Contains($"/{job.Name}/artifacts/m", look.Error, StringComparison.Ordinal);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Submit_ThatIsThrottled_GoesOn()
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        _groups.Files.Fail($"PUT /{job.Name}/inputs/rows range", 503, "ServerBusy", retryAfter: 3);

        await job.SubmitAsync();

        Assert.Equal([TimeSpan.FromSeconds(3)], _groups.Time.Waits);
        Assert.Equal("1"u8.ToArray(), _groups.Files.Shares.Read($"{job.Name}/inputs/rows"));
    }

    [Fact]
    public async Task Submit_InputsWithoutFiles_FailsForGood()
    {
        var ended = (await _groups.Job(new { connection = "azure", image = "app", files = (string?)null, inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.Fields, ended.Code);
        Assert.Contains("inputs and artifacts need files", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAGroupThatIsGone_RunsAgainWithWhatIsNew()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        _groups.Files.Shares.Write($"{job.Name}/artifacts/stale", "of the lost container").Write($"{job.Name}/output.json", "1");
        _groups.Group = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
        await job.SubmitAsync();

        Assert.Equal([$"{job.Name}/", $"{job.Name}/artifacts/", $"{job.Name}/inputs/", $"{job.Name}/inputs/rows"], _groups.Mounted);
    }

    private static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
