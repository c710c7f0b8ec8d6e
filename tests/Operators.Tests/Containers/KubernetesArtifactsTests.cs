using System.Text;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that the pod of a job hands over.</summary>
public sealed class KubernetesArtifactsTests : ClusterTests
{
    private static readonly object Runs = new { running = new { } };

    [Theory]
    [InlineData(null)]
    [InlineData("""{"score":1}""")]
    public async Task Check_Artifacts_BecomeMembersOfTheOutput(string? output)
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m/weights.bin", Encoding.UTF8.GetBytes("abc"));
        End(job, 0, output);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Success, null), (result.Outcome, result.Reason));
        var value = result.Output!.Value!.Value;
        Assert.Equal(output is not null, value.TryGetProperty("score", out _));
        Assert.Equal(("files", true), (Assert.Single(Cluster.Exec.Calls).Container, value.GetProperty("model").GetProperty("folder").GetBoolean()));
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_LargeArtifact_IsHandedToTheNextJobAsItWas()
    {
        var content = new byte[3_000_000];
        new Random(7).NextBytes(content);
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", content);
        End(job, 0);
        var artifact = (await job.EndAsync()).Output!.Value!.Value.GetProperty("model");

        var next = new JobCalls(Attempts, Attempts.Task("next", "kubernetes", new { connection = "cluster", image = "app", inputs = new { model = artifact } }));
        await next.SubmitAsync();
        Cluster.SetContainers(next.Name, "Pending", ("inputs", Runs));
        await next.CheckAsync();

        Assert.Equal(content, await File.ReadAllBytesAsync(Cluster.Exec.Of(next.Name, "inputs", "model")));
    }

    [Fact]
    public async Task Check_ConnectionCutWhileArtifactsAreRead_ReadsThemAgain()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", new byte[3_000_000]);
        End(job, 0);
        Cluster.Exec.CutOutput = 1_000_000;

        var cut = await job.CheckAsync();

        Assert.Equal((JobStatus.Running, null), (cut.Status, cut.Result));
        Assert.Contains("broke off before the program's end was told", cut.Error, StringComparison.Ordinal);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Equal(3_000_000, await Attempts.Blobs.GetLengthAsync(Assert.Single(Attempts.Blobs.Paths, AttemptPaths.IsArtifact)));
    }

    [Fact]
    public async Task Check_ConnectionCutAfterTheLastByte_ReadsThemAgain()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        End(job, 0);
        Cluster.Exec.CutEndOf = "tar";

        Assert.NotNull((await job.CheckAsync()).Error);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_ProgramThatTheClusterDidNotRun_IsTriedAgain()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        End(job, 0);
        Cluster.Exec.Broken = "error executing command in container: deadline exceeded";

        Assert.Contains("the program could not be run: error executing command in container: deadline exceeded", (await job.CheckAsync()).Error, StringComparison.Ordinal);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_CrashAfterTheArtifactsWereRead_ReadsThemAgain()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        End(job, 0);

        await job.PeekAsync();

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_Link_IsRefused()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m/file", [1]);
        File.CreateSymbolicLink(Cluster.Exec.Of(job.Name, "artifacts", "m", "link"), "/etc/passwd");
        End(job, 0);

        var result = await job.EndAsync();

        Assert.Equal(ArtifactErrors.Refused, result.Code);
        Assert.Contains("'artifacts/m/link' is a SymbolicLink", result.Reason, StringComparison.Ordinal);
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_ArtifactsThatCannotBeRead_FailsWithTheWordsOfTheProgram()
    {
        var job = await StartedAsync();
        End(job, 0); // Nothing has made the folder.

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
        Assert.Contains("the artifacts cannot be read: tar: artifacts: ", result.Reason, StringComparison.Ordinal);
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_ArtifactThatIsNotThere_FailsTheTask()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/other", [1]);
        End(job, 0);

        var result = await job.EndAsync();

        Assert.Equal(ArtifactErrors.Missing, result.Code);
        Assert.Null(Cluster.Job);
    }

    [Theory]
    [InlineData("always", false)]
    [InlineData("on_success", true)]
    [InlineData("never", true)]
    public async Task Check_Failure_ReadsNothingAndLetsThePodEnd(string cleanUp, bool isKept)
    {
        var job = await StartedAsync(cleanUp);
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        End(job, 3);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ExitCode), (result.Outcome, result.Code));
        Assert.DoesNotContain(Cluster.Exec.Calls, call => call.Script.Contains("tar", StringComparison.Ordinal));
        Assert.Equal((isKept, isKept), (Cluster.Job is not null, File.Exists(Cluster.Exec.Of(job.Name, ".read"))));
    }

    [Fact]
    public async Task Check_SuccessThatIsKept_LetsTheContainerOfTheManifestEnd()
    {
        var job = await StartedAsync("never");
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        var beside = Cluster.Exec.Start(job.Name, Cluster.Job!["spec"]!["template"]!["spec"]!["containers"]![1]!);
        End(job, 0);

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await beside.WaitForExitAsync(late.Token);
        Assert.Equal(0, beside.ExitCode);
    }

    [Fact]
    public async Task Check_ArtifactsWhoseContainerIsGone_FailsAndSaysWhy()
    {
        var job = await StartedAsync();
        Cluster.SetContainers(job.Name, "Running", ("main", new { terminated = new { exitCode = 0, reason = "Completed" } }), ("files", new { terminated = new { exitCode = 137, reason = "OOMKilled" } }));

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerEvicted), (result.Outcome, result.Code));
        Assert.Equal("its artifacts are lost: the container files of its pod ended before they were read, with exit code 137: OOMKilled", result.Reason);
    }

    [Fact]
    public async Task Check_ArtifactsWhosePodIsGone_FailsAndSaysWhy()
    {
        var job = await StartedAsync();
        Cluster.SetCondition("Complete", "CompletionsReached", "Reached expected number of succeeded pods");

        var result = await job.EndAsync();

        Assert.Equal((OperatorErrors.ContainerEvicted, "its pod was removed before its artifacts were read"), (result.Code, result.Reason));
    }

    [Fact]
    public async Task Check_ContainerBesideThatStartsLate_IsWaitedFor()
    {
        var job = await StartedAsync();
        Cluster.Exec.Leave(job.Name, "artifacts/m", [1]);
        Cluster.SetContainers(job.Name, "Running", ("main", new { terminated = new { exitCode = 0, reason = "Completed" } }), ("files", new { waiting = new { reason = "ContainerCreating" } }));

        Assert.Equal((JobStatus.Running, null), await job.CheckAsync() is { } look ? (look.Status, look.Error) : default);
        End(job, 0);
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    private static (string, object) Ended(int exitCode, string? message) =>
        ("main", new { terminated = new { exitCode, reason = exitCode == 0 ? "Completed" : "Error", message } });

    private void End(JobCalls job, int exitCode, string? message = null) => Cluster.SetContainers(job.Name, "Running", Ended(exitCode, message), ("files", Runs));

    private async Task<JobCalls> StartedAsync(string cleanUp = "always")
    {
        var job = Job(new { connection = "cluster", image = "app", artifacts = new { model = "m" }, clean_up = cleanUp });
        await job.SubmitAsync();
        return job;
    }
}
