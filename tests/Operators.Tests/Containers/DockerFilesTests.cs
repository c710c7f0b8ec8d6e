using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that are handed to a container, and that it hands over.</summary>
[Collection("docker")]
public sealed class DockerFilesTests : IDisposable
{
    private static readonly FakeDocker Docker = FakeDocker.Installed;
    private readonly TestAttempts _attempts = new();

    public DockerFilesTests() => _attempts.With(Docker.Operator);

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Inputs_AreInTheContainerBeforeItStarts()
    {
        var job = Job(new { image = "app", inputs = new { rows = new[] { 1, 2 } } });

        await job.SubmitAsync();

        Assert.Equal("[1,2]", Docker.Left(job.Name, "/updraft/inputs/rows"));
        Assert.Contains("UPDRAFT_INPUTS=/updraft/inputs", Docker.Of(job.Name, "env").Split('\n'));
        Assert.Equal(["inspect", "create", "cp", "start"], Docker.Calls(job.Name).Select(call => call.Split(' ')[0]));
    }

    [Fact]
    public async Task Submit_AfterACrashBeforeTheStart_FillsTheContainerAnew()
    {
        var job = Job(new { image = "app", inputs = new { rows = 1 } });
        await job.SubmitAsync();
        Docker.SetStatus(job.Name, "created");

        await job.SubmitAsync();

        Assert.Equal(["inspect", "create", "cp", "start", "inspect", "cp", "start"], Docker.Calls(job.Name).Select(call => call.Split(' ')[0]));
    }

    [Theory]
    [InlineData("", """{"model":""")]
    [InlineData("""{"score":1}""", """{"model":""")]
    public async Task Check_Artifacts_AreStoredAndBecomeMembersOfTheOutput(string output, string begins)
    {
        var job = Job(new { image = "app", artifacts = new { model = "model/" } });
        await job.SubmitAsync();
        Docker.Leave(job.Name, "/updraft/artifacts/model/weights.bin", "abc");
        if (output.Length > 0) Docker.Write(job.Name, "output.json", output);
        Docker.End(job.Name, 0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        var value = result.Output!.Value!.Value;
        Assert.StartsWith(begins, value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(output.Length > 0, value.TryGetProperty("score", out _));
        Assert.False(Docker.Has(job.Name));
        await FetchedAsync(value.GetProperty("model"));
    }

    [Fact]
    public async Task Check_CrashAfterTheArtifactsWereRead_ReadsThemAgain()
    {
        var job = Job(new { image = "app", artifacts = new { model = "m" } });
        await job.SubmitAsync();
        Docker.Leave(job.Name, "/updraft/artifacts/m", "abc");
        Docker.End(job.Name, 0);

        await job.PeekAsync();

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_CrashAfterTheRemoval_StillHandsOverALongOutput()
    {
        var job = Job(new { image = "app", artifacts = new { model = "m" } });
        await job.SubmitAsync();
        Docker.Leave(job.Name, "/updraft/artifacts/m", "abc");
        Docker.Write(job.Name, "output.json", $$"""{"text":"{{new string('x', OutputRef.InlineLimit)}}"}""");
        Docker.End(job.Name, 0);

        await job.CheckAsync();
        await job.PeekAsync();
        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.False(Docker.Has(job.Name));
        Assert.Single(_attempts.Blobs.Paths, AttemptPaths.IsArtifact);
    }

    [Fact]
    public async Task Check_ArtifactThatIsNotThere_FailsTheTaskAndRemovesTheContainer()
    {
        var job = Job(new { image = "app", artifacts = new { model = "m" } });
        await job.SubmitAsync();
        Docker.End(job.Name, 0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Failed, result.Outcome);
        Assert.Contains("artifact 'model' is not there", result.Reason, StringComparison.Ordinal);
        Assert.False(Docker.Has(job.Name));
    }

    /// <summary>What was stored can be handed to another container.</summary>
    private async Task FetchedAsync(JsonElement artifact)
    {
        var next = new JobCalls(_attempts, _attempts.Task("next", "docker", new { image = "app", inputs = new { model = artifact } }));
        await next.SubmitAsync();
        Assert.Equal("abc", Docker.Left(next.Name, "/updraft/inputs/model/weights.bin"));
    }

    private JobCalls Job(object with) => new(_attempts, _attempts.Task("t", "docker", with));
}
