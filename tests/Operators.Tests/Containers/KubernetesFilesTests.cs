using System.Security.Cryptography;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Files that are handed to the pod of a job.</summary>
public sealed class KubernetesFilesTests : ClusterTests
{
    private static readonly object Runs = new { running = new { } };
    private static readonly object Comes = new { waiting = new { reason = "PodInitializing" } };

    [Fact]
    public async Task Check_ContainerThatWaitsForInputs_GetsThemOnce()
    {
        var job = await WaitingAsync(new { rows = new[] { 1, 2 } });

        var look = await job.CheckAsync();
        await job.CheckAsync();

        Assert.Equal((JobStatus.Running, TimeSpan.Zero), (look.Status, look.NextCheckAfter));
        Assert.Equal("[1,2]", await File.ReadAllTextAsync(Cluster.Exec.Of(job.Name, "inputs", "rows")));
        Assert.Single(Cluster.Exec.Calls, call => call.Script.Contains("tar -x", StringComparison.Ordinal));
        Assert.All(Cluster.Exec.Calls, call => Assert.Equal("inputs", call.Container));
        Assert.Equal([".sent", "inputs"], Entries(job));
    }

    [Fact]
    public async Task Check_ContainerOfTheManifest_EndsWhenItsInputsAreThere()
    {
        var job = await WaitingAsync(new { rows = 1 });
        var container = Cluster.Exec.Start(job.Name, Pod["initContainers"]![0]!);

        await job.CheckAsync();

        await EndOf(container);
        Assert.Equal(0, container.ExitCode);
        Assert.Equal("1", await File.ReadAllTextAsync(Cluster.Exec.Of(job.Name, "inputs", "rows")));
        if (!OperatingSystem.IsWindows()) Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(Cluster.Exec.Of(job.Name, "artifacts")));
    }

    [Theory]
    [InlineData("inputs", 0)]
    [InlineData("files", 1)]
    public async Task Container_ThatIsAskedToEnd_EndsAtOnce(string name, int index)
    {
        var job = await WaitingAsync(new { rows = 1 });
        var made = name == "inputs" ? Pod["initContainers"]![0]! : Pod["containers"]![index]!;
        // What it waits with is longer than the test may take.
        SetProgram("sleep", "echo waiting; exec /bin/sleep 20");
        var container = Cluster.Exec.Start(job.Name, made);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        Assert.Equal("waiting", await container.StandardOutput.ReadLineAsync(late.Token));

        using (var signal = System.Diagnostics.Process.Start("kill", ["-TERM", $"{container.Id}"])) await EndOf(signal);

        await EndOf(container);
        Assert.Equal(143, container.ExitCode);
    }

    [Fact]
    public async Task Check_BeforeTheContainerRuns_SendsNothing()
    {
        var job = Job(new { connection = "cluster", image = "app", inputs = new { rows = 1 } });
        await job.SubmitAsync();
        await job.CheckAsync();
        Cluster.SetContainers(job.Name, "Pending", ("inputs", Comes), ("main", Comes));
        await job.CheckAsync();

        Assert.Empty(Cluster.Exec.Calls);
        Assert.Empty(Entries(job));
    }

    [Fact]
    public async Task Check_LargeFoldersAndModes_ArriveAsTheyAre()
    {
        var artifact = await MadeAsync("""
            mkdir -p m/empty "m/$(printf 'a%.0s' $(seq 90))/$(printf 'ü%.0s' $(seq 90))" && head -c 3000000 /dev/urandom > m/weights
            printf run > m/run.sh && chmod 755 m/run.sh && printf deep > "m/$(printf 'a%.0s' $(seq 90))/$(printf 'ü%.0s' $(seq 90))/deep file"
            """);
        var job = await WaitingAsync(new { model = artifact });

        await job.CheckAsync();

        var model = Cluster.Exec.Of(job.Name, "inputs", "model");
        var made = Path.Combine(Attempts.Folder, "made");
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(made, "weights"))), SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(model, "weights"))));
        Assert.Equal("deep", await File.ReadAllTextAsync(Path.Combine(model, new string('a', 90), new string('ü', 90), "deep file")));
        Assert.True(Directory.Exists(Path.Combine(model, "empty")));
        if (!OperatingSystem.IsWindows()) Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(model, "run.sh")));
    }

    [Fact]
    public async Task Check_ConnectionCutWhileInputsAreSent_SendsThemAgain()
    {
        var artifact = await MadeAsync("mkdir m && head -c 3000000 /dev/urandom > m/weights");
        var job = await WaitingAsync(new { model = artifact });
        Cluster.Exec.CutInput = 1_000_000;

        var cut = await job.CheckAsync();
        Assert.DoesNotContain(".sent", Entries(job));
        await job.CheckAsync();

        Assert.Contains("broke off before the program's end was told", cut.Error, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Attempts.Folder, "made", "weights")), await File.ReadAllBytesAsync(Cluster.Exec.Of(job.Name, "inputs", "model", "weights")));
        Assert.Equal([".sent", "inputs"], Entries(job));
    }

    [Fact]
    public async Task Check_ConnectionCutWhenInputsHaveArrived_SendsNothingAgain()
    {
        var job = await WaitingAsync(new { rows = 1 });
        Cluster.Exec.CutEndOf = "tar -x";

        var cut = await job.CheckAsync();
        Assert.Contains(".sent", Entries(job));
        Cluster.Exec.Leave(job.Name, "inputs/seen", [1]);
        var look = await job.CheckAsync();

        Assert.Contains("broke off before the program's end was told", cut.Error, StringComparison.Ordinal);
        Assert.Null(look.Error);
        Assert.True(File.Exists(Cluster.Exec.Of(job.Name, "inputs", "seen")));
    }

    [Fact]
    public async Task Check_WhatAnEarlierTryLeft_IsReplaced()
    {
        var job = await WaitingAsync(new { rows = 1 });
        Cluster.Exec.Leave(job.Name, "inputs/stale", [1]);
        Cluster.Exec.Leave(job.Name, ".part-0/inputs/rows", [1]);

        await job.CheckAsync();

        Assert.Equal("1", await File.ReadAllTextAsync(Cluster.Exec.Of(job.Name, "inputs", "rows")));
        Assert.False(File.Exists(Cluster.Exec.Of(job.Name, "inputs", "stale")));
        Assert.Equal([".sent", "inputs"], Entries(job));
    }

    [Fact]
    public async Task Check_CrashAfterTheInputsWereSent_LeavesThemAlone()
    {
        var job = await WaitingAsync(new { rows = 1 });
        await job.PeekAsync();
        Cluster.Exec.Leave(job.Name, "inputs/seen", [1]);

        await job.CheckAsync();

        Assert.Single(Cluster.Exec.Calls, call => call.Script.Contains("tar -x", StringComparison.Ordinal));
        Assert.True(File.Exists(Cluster.Exec.Of(job.Name, "inputs", "seen")));
    }

    [Fact]
    public async Task Check_PodThatCannotTakeItsInputs_FailsWithItsWordsAndRemovesTheJob()
    {
        var job = await WaitingAsync(new { model = await MadeAsync("mkdir m && head -c 3000000 /dev/zero > m/weights") });
        SetProgram("tar", "echo 'tar: write error: No space left on device' >&2; exit 1");

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerStart), (result.Outcome, result.Code));
        Assert.StartsWith("the pod cannot take its inputs: tar: write error: No space left on device", result.Reason, StringComparison.Ordinal);
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_ThatMayNotRunPrograms_SaysWhichRightIsMissing()
    {
        var job = await WaitingAsync(new { rows = 1 });
        Cluster.RefusesExec = 403;

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Refused), (result.Outcome, result.Code));
        Assert.EndsWith("/exec answered 403: to hand files over, the account needs the verbs get and create of pods/exec", result.Reason, StringComparison.Ordinal);
        Assert.Null(Cluster.Job);
    }

    [Theory]
    [InlineData(404, null)]
    [InlineData(429, 9)]
    [InlineData(500, null)]
    public async Task Check_ClusterThatDoesNotRunPrograms_IsAskedAgain(int status, int? seconds)
    {
        var job = await WaitingAsync(new { rows = 1 });
        Cluster.RefusesExec = status;

        var look = await job.CheckAsync();
        await job.CheckAsync();

        Assert.Equal((JobStatus.Running, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null), (look.Status, look.NextCheckAfter));
        Assert.EndsWith($"/exec answered {status}: no program can be run in container inputs", look.Error, StringComparison.Ordinal);
        Assert.Contains(".sent", Entries(job));
    }

    [Fact]
    public async Task Check_InputsThatAreGone_FailsAndRemovesTheJob()
    {
        var artifact = await MadeAsync("mkdir m && printf x > m/x");
        var job = await WaitingAsync(new { model = artifact });
        foreach (var blob in Attempts.Blobs.Paths.Where(AttemptPaths.IsArtifact).ToList()) await Attempts.Blobs.DeleteAsync(blob);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.FailedForGood, ArtifactErrors.Gone), (result.Outcome, result.Code));
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Cancel_WhileItWaitsForInputs_KillsIt()
    {
        var job = await WaitingAsync(new { rows = 1 });

        Assert.True((await job.CancelAsync()).Dead);

        Assert.Null(Cluster.Job);
        Assert.Empty(Cluster.Exec.Calls);
    }

    private System.Text.Json.Nodes.JsonNode Pod => Cluster.Job!["spec"]!["template"]!["spec"]!;

    private void SetProgram(string name, string script)
    {
        Cluster.Exec.Programs = Directory.CreateDirectory(Path.Combine(Attempts.Folder, "programs")).FullName;
        var file = Path.Combine(Cluster.Exec.Programs, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    private string[] Entries(JobCalls job) => [.. Directory.EnumerateFileSystemEntries(Cluster.Exec.Of(job.Name)).Select(path => Path.GetFileName(path)).Where(name => name != "artifacts").Order(StringComparer.Ordinal)];

    private static async Task EndOf(System.Diagnostics.Process process)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await process.WaitForExitAsync(late.Token);
    }

    /// <summary>A job whose pod waits for its inputs.</summary>
    private async Task<JobCalls> WaitingAsync(object inputs)
    {
        var job = Job(new { connection = "cluster", image = "app", inputs, artifacts = new { model = "m" } });
        await job.SubmitAsync();
        Cluster.SetContainers(job.Name, "Pending", ("inputs", Runs), ("main", Comes), ("files", Comes));
        return job;
    }

    /// <summary>An artifact of another task, of which a copy is left to compare with.</summary>
    private async Task<JsonElement> MadeAsync(string script)
    {
        var made = await Attempts.RunAsync("make", "shell", new { script = $"cd \"$UPDRAFT_SCRATCH\"\n{script}\ncp -r m '{Path.Combine(Attempts.Folder, "made")}'", artifacts = new { model = "m" } });
        Assert.Equal((AttemptOutcome.Success, null), (made.Outcome, made.Reason));
        return made.Output!.Value!.Value.GetProperty("model");
    }
}
