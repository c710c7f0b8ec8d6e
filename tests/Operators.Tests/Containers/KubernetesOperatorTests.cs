using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class KubernetesOperatorTests : ClusterTests
{
    [Fact]
    public async Task Check_WhileItRuns_CopiesEachLineOnce()
    {
        var job = await StartedAsync();
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        Cluster.SetPod(job.Name, "Running", new { running = new { startedAt = "2026-03-29T01:00:00Z" } });
        Cluster.LogText = "2026-03-29T01:00:01.1Z one\n2026-03-29T01:00:01.1Z two\n";
        await job.CheckAsync();
        Cluster.LogText += "2026-03-29T01:00:01.1Z three\n2026-03-29T03:00:01.25+02:00 four\n";
        await job.CheckAsync();
        await job.CheckAsync();
        Cluster.LogText += "2026-03-29T01:00:05.123456789Z five";
        Cluster.Terminate(job.Name, 0, "Completed", """{"rows":3}""");

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Success, 3), (result.Outcome, result.Output!.Value!.Value.GetProperty("rows").GetInt32()));
        Assert.Equal($"[app is started as {job.Name}]\none\ntwo\nthree\nfour\nfive\n", job.Log);
        Assert.Equal("Background", Assert.Single(Cluster.Propagations));
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_OfALogLargerThanOnePage_ReadsItAllBeforeTheEnd()
    {
        var job = await StartedAsync();
        var line = new string('x', 100_000);
        Cluster.LogText = string.Concat(Enumerable.Range(0, 60).Select(second => $"2026-03-29T01:00:{second:00}Z {second} {line}\n"));
        Cluster.Terminate(job.Name, 0, "Completed");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Equal(61, job.Log.Split('\n').Length - 1);
    }

    [Fact]
    public async Task Check_OfASecondLargerThanOnePage_LeavesLinesOutAndSaysSo()
    {
        var job = await StartedAsync();
        var line = new string('x', 100_000);
        Cluster.LogText = string.Concat(Enumerable.Range(0, 60).Select(number => $"2026-03-29T01:00:01Z {number} {line}\n")) + "2026-03-29T01:00:02Z last\n";
        Cluster.Terminate(job.Name, 0, "Completed");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.EndsWith("[lines are left out: more came within a second than can be read]\nlast\n", job.Log, StringComparison.Ordinal);
    }

    public static TheoryData<int, string, string?, object?, AttemptOutcome, string, string> Ends => new()
    {
        { 1, "Error", null, null, AttemptOutcome.Failed, OperatorErrors.ExitCode, "exit code 1; its last line: no such table" },
        { 98, "Error", null, null, AttemptOutcome.FailedForGood, OperatorErrors.ExitCode, "exit code 98" },
        { 137, "OOMKilled", null, null, AttemptOutcome.Failed, OperatorErrors.ContainerMemory, "memory_mb" },
        { 128, "StartError", "exec: \"nope\": executable file not found", null, AttemptOutcome.Failed, OperatorErrors.ContainerStart, "executable file not found" },
        { 143, "Error", null, new { reason = "Evicted", message = "The node was low on resource: memory." }, AttemptOutcome.Failed, OperatorErrors.ContainerEvicted, "Evicted: The node was low on resource: memory." },
        { 143, "Error", null, new { conditions = new[] { new { type = "DisruptionTarget", status = "True", reason = "PreemptionByScheduler", message = "preempting to accommodate a higher priority pod" } } }, AttemptOutcome.Failed, OperatorErrors.ContainerEvicted, "PreemptionByScheduler" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Check_OfAFailure_TellsWhy(int exitCode, string reason, string? message, object? status, AttemptOutcome outcome, string code, string said)
    {
        var job = await StartedAsync();
        Cluster.LogText = "2026-03-29T01:00:01Z no such table\n";
        Cluster.SetPod(job.Name, "Failed", new { terminated = new { exitCode, reason, message } }, status);

        var result = await job.EndAsync();

        Assert.Equal((outcome, code), (result.Outcome, result.Code));
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAJobWhosePodIsGone_IsDecidedByTheJob()
    {
        var job = await StartedAsync();
        Cluster.SetCondition("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");

        var result = await job.EndAsync();

        Assert.Equal(OperatorErrors.ContainerEvicted, result.Code);
        Assert.Contains("BackoffLimitExceeded", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ImagePullBackOff", OperatorErrors.ContainerImage)]
    [InlineData("CreateContainerConfigError", OperatorErrors.ContainerStart)]
    public async Task Check_OfAContainerThatDoesNotStart_WaitsSaysWhyOnceAndFailsInTheEnd(string reason, string code)
    {
        var job = await StartedAsync();
        Cluster.SetPod(job.Name, "Pending", new { waiting = new { reason, message = "back-off" } });
        Cluster.Lingers = 1;
        await job.CheckAsync();
        Time.Now += TimeSpan.FromMinutes(9);
        await job.CheckAsync();
        Time.Now += TimeSpan.FromMinutes(2);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, code, $"did not start within start_timeout 10m: {reason}: back-off"), (result.Outcome, result.Code, result.Reason));
        Assert.Equal($"[app is started as {job.Name}]\n[waiting: {reason}: back-off]\n", job.Log);
        Assert.Equal(["Foreground", "Foreground"], Cluster.Propagations);
        Assert.Null(Cluster.Pod);
    }

    [Fact]
    public async Task Check_OfAnImageNameThatIsWrong_FailsAtOnce()
    {
        var job = await StartedAsync();
        Cluster.SetPod(job.Name, "Pending", new { waiting = new { reason = "InvalidImageName", message = "Failed to apply default image tag" } });

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerImage), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Check_OfAPodThatFindsNoNode_SaysWhatTheSchedulerSays()
    {
        var job = await StartedAsync();
        Cluster.SetPod(job.Name, "Pending", status: new { conditions = new[] { new { type = "PodScheduled", status = "False", reason = "Unschedulable", message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu." } } });

        await job.CheckAsync();

        Assert.Contains("[waiting: Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.]", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAJobThatGetsNoPod_SaysWhatTheClusterSays()
    {
        var job = await StartedAsync();
        await job.CheckAsync();
        Cluster.Warning = "error looking up service account etl/trainer";
        await job.CheckAsync();
        Time.Now += TimeSpan.FromMinutes(11);

        Assert.Equal("did not start within start_timeout 10m: error looking up service account etl/trainer", (await job.EndAsync()).Reason);
        Assert.Equal($"[app is started as {job.Name}]\n[waiting: error looking up service account etl/trainer]\n", job.Log);
    }

    [Fact]
    public async Task Check_OfAJobThatIsGone_SaysVanished()
    {
        var job = await StartedAsync();
        Cluster.Job = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_ThatMeetsFaults_IsRepeated()
    {
        var job = await StartedAsync();
        Cluster.Terminate(job.Name, 0, "Completed");
        Service.Throttle(9);
        var throttled = await job.CheckAsync();
        Service.Fail(500, "etcdserver: request timed out");
        var failed = await job.CheckAsync();
        Service.Break(half: true);
        var broken = await job.CheckAsync();

        Assert.Equal((JobStatus.Running, TimeSpan.FromSeconds(9)), (throttled.Status, throttled.NextCheckAfter));
        Assert.All([throttled, failed, broken], look => Assert.NotNull(look.Error));
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_ThatCannotRemoveTheJob_EndsAllTheSame()
    {
        var job = await StartedAsync();
        Cluster.Terminate(job.Name, 0, "Completed");
        await job.CheckAsync();
        for (var i = 0; i < 4; i++) Service.Fail(403, "cannot delete resource");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Contains("could not be removed", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_IsRepeatedUntilJobAndPodAreGone()
    {
        var job = await StartedAsync();
        Cluster.SetPod(job.Name, "Running", new { running = new { } });
        Cluster.Lingers = 2;

        Assert.False((await job.CancelAsync()).Dead);
        Assert.False((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.All(Cluster.Propagations, policy => Assert.Equal("Foreground", policy));
    }
}
