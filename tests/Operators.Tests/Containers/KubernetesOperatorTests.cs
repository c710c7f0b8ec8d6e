using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class KubernetesOperatorTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly ManualTime _time = new();
    private FakeService _service = null!;
    private FakeCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _cluster = new FakeCluster(_service);
        _attempts.With(new KubernetesOperator(_time));
        _attempts.Connections["cluster"] = new Connection { Url = _service.Url, Token = FakeCluster.Token, Options = new Connection().Options.Add("namespace", "etl") };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Profile_BecomesAJobOfOnePod()
    {
        var job = Job(new
        {
            connection = "cluster",
            command = new[] { "sh", "-c" },
            args = new[] { "echo $(HOME)" },
            env = new { DAY = "{{ ds }}" },
            working_directory = "/srv",
            service_account = "trainer",
            image_pull_secrets = new[] { "registry" },
            labels = new { team = "ml" },
            annotations = new Dictionary<string, string> { ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false" },
            affinity = new { nodeAffinity = new { } },
            priority_class = "low",
            kill_grace = "45s",
            ttl = "1h",
        }, new()
        {
            Cpu = 0.5,
            MemoryMb = 512,
            Gpu = 2,
            Image = "fit:{{ run.dag }}",
            NodeSelector = new ComputeProfile().NodeSelector.Add("pool", "{{ run.dag }}-gpu"),
            Tolerations = ["gpu=true:NoSchedule", "spot:NoExecute", "any"],
            Environment = new ComputeProfile().Environment.Add("MODE", "fast"),
        });

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);

        var made = _cluster.Job!;
        Assert.Equal((job.Name, 3600, TestAttempts.RunId), ((string)made["metadata"]!["name"]!, (int)made["spec"]!["ttlSecondsAfterFinished"]!, (string)made["metadata"]!["annotations"]!["updraft/run"]!));
        Assert.Equal(("ml", job.Name), ((string)made["spec"]!["template"]!["metadata"]!["labels"]!["team"]!, (string)made["spec"]!["template"]!["metadata"]!["labels"]!["updraft/attempt"]!));
        var pod = made["spec"]!["template"]!["spec"]!;
        AssertJson("""{"pool":"test-gpu"}""", pod["nodeSelector"]);
        AssertJson("""[{"key":"gpu","operator":"Equal","value":"true","effect":"NoSchedule"},{"key":"spot","operator":"Exists","effect":"NoExecute"},{"key":"any","operator":"Exists"}]""", pod["tolerations"]);
        AssertJson("""{"nodeAffinity":{}}""", pod["affinity"]);
        AssertJson("""[{"name":"registry"}]""", pod["imagePullSecrets"]);
        Assert.Equal(("trainer", "low", 45), ((string)pod["serviceAccountName"]!, (string)pod["priorityClassName"]!, (int)pod["terminationGracePeriodSeconds"]!));
        var container = pod["containers"]![0]!;
        Assert.Equal(("fit:test", "/srv", "/dev/termination-log"), ((string)container["image"]!, (string)container["workingDir"]!, (string)container["terminationMessagePath"]!));
        AssertJson("""["sh","-c"]""", container["command"]);
        AssertJson("""["echo $$(HOME)"]""", container["args"]);
        AssertJson("""{"requests":{"cpu":"500m","memory":"512Mi"},"limits":{"memory":"512Mi","nvidia.com/gpu":"2"}}""", container["resources"]);
        Assert.Equal(("2026-03-29", "fast", TestAttempts.RunId), (Variable("DAY"), Variable("MODE"), Variable("UPDRAFT_RUN_ID")));
        Assert.Equal("application/json", _service.Requests[0].Header("Content-Type"));
    }

    [Fact]
    public async Task Submit_OfASecretVariable_KeepsItInASecretOfTheJob()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { connection = "cluster", image = "app", env = new { KEY = "token={{ secrets.key }}" } });

        await job.SubmitAsync();

        Assert.DoesNotContain("s3cr3t-key", _cluster.Job!.ToJsonString(), StringComparison.Ordinal);
        AssertJson($$$"""{"secretKeyRef":{"name":"{{{job.Name}}}","key":"KEY"}}""", Entry("KEY")["valueFrom"]);
        var secret = _cluster.Secrets[job.Name];
        Assert.Equal(("token=s3cr3t-key", "uid-1"), ((string)secret["stringData"]!["KEY"]!, (string)secret["metadata"]!["ownerReferences"]![0]!["uid"]!));
    }

    [Fact]
    public async Task Submit_Again_FindsTheSameJob()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { connection = "cluster", image = "app", env = new { KEY = "{{ secrets.key }}" } });
        await job.SubmitAsync();

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Equal("uid-1", (string)_cluster.Secrets[job.Name]["metadata"]!["ownerReferences"]![0]!["uid"]!);
    }

    [Fact]
    public async Task Submit_WhileTheLostJobIsStillBeingDeleted_IsTriedAgain()
    {
        var job = await StartedAsync();
        _cluster.Job!["metadata"]!["deletionTimestamp"] = "2026-03-29T01:00:00Z";
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        _cluster.Job = null;

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
    }

    [Theory]
    [InlineData(403, "pods \\\"x\\\" is forbidden: exceeded quota: compute", true)]
    [InlineData(403, "cannot create resource", false)]
    [InlineData(422, "Invalid value", false)]
    [InlineData(503, "apiserver is shutting down", true)]
    public async Task Submit_ThatIsRefused_IsTriedAgainWhereThatMayHelp(int status, string said, bool mayPass)
    {
        var job = Job(new { connection = "cluster", image = "app" });
        _service.Fail(status, said);

        if (mayPass) await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        else Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Refused), await job.SubmitAsync() is { Ended: { } ended } ? (ended.Outcome, ended.Code) : default);
    }

    [Fact]
    public async Task Submit_ThrottledOrBroken_IsNoAnswer()
    {
        var job = Job(new { connection = "cluster", image = "app" });
        _service.Throttle(7);
        Assert.Equal(TimeSpan.FromSeconds(7), (await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).RetryAfter);
        _service.Break(half: true);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
    }

    [Theory]
    [InlineData("gpu=true:Never", "may have NoSchedule")]
    public async Task Submit_OfAWrongToleration_Fails(string toleration, string said)
    {
        var ended = (await Job(new { connection = "cluster", image = "app" }, new() { Tolerations = [toleration] }).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Fields), (ended.Outcome, ended.Code));
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhileItRuns_CopiesEachLineOnce()
    {
        var job = await StartedAsync();
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        _cluster.SetPod(job.Name, "Running", new { running = new { startedAt = "2026-03-29T01:00:00Z" } });
        _cluster.LogText = "2026-03-29T01:00:01.1Z one\n2026-03-29T01:00:01.1Z two\n";
        await job.CheckAsync();
        _cluster.LogText += "2026-03-29T01:00:01.1Z three\n2026-03-29T03:00:01.25+02:00 four\n";
        await job.CheckAsync();
        await job.CheckAsync();
        _cluster.LogText += "2026-03-29T01:00:05.123456789Z five";
        _cluster.Terminate(job.Name, 0, "Completed", """{"rows":3}""");

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Success, 3), (result.Outcome, result.Output!.Value!.Value.GetProperty("rows").GetInt32()));
        Assert.Equal($"[app is started as {job.Name}]\none\ntwo\nthree\nfour\nfive\n", job.Log);
        Assert.Equal("Background", Assert.Single(_cluster.Propagations));
        Assert.Null(_cluster.Job);
    }

    [Fact]
    public async Task Check_OfALogLargerThanOnePage_ReadsItAllBeforeTheEnd()
    {
        var job = await StartedAsync();
        var line = new string('x', 100_000);
        _cluster.LogText = string.Concat(Enumerable.Range(0, 60).Select(second => $"2026-03-29T01:00:{second:00}Z {second} {line}\n"));
        _cluster.Terminate(job.Name, 0, "Completed");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Equal(61, job.Log.Split('\n').Length - 1);
    }

    [Fact]
    public async Task Check_OfASecondLargerThanOnePage_LeavesLinesOutAndSaysSo()
    {
        var job = await StartedAsync();
        var line = new string('x', 100_000);
        _cluster.LogText = string.Concat(Enumerable.Range(0, 60).Select(number => $"2026-03-29T01:00:01Z {number} {line}\n")) + "2026-03-29T01:00:02Z last\n";
        _cluster.Terminate(job.Name, 0, "Completed");

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
        _cluster.LogText = "2026-03-29T01:00:01Z no such table\n";
        _cluster.SetPod(job.Name, "Failed", new { terminated = new { exitCode, reason, message } }, status);

        var result = await job.EndAsync();

        Assert.Equal((outcome, code), (result.Outcome, result.Code));
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAJobWhosePodIsGone_IsDecidedByTheJob()
    {
        var job = await StartedAsync();
        _cluster.SetCondition("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");

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
        _cluster.SetPod(job.Name, "Pending", new { waiting = new { reason, message = "back-off" } });
        _cluster.Lingers = 1;
        await job.CheckAsync();
        _time.Now += TimeSpan.FromMinutes(9);
        await job.CheckAsync();
        _time.Now += TimeSpan.FromMinutes(2);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, code, $"did not start within start_timeout 10m: {reason}: back-off"), (result.Outcome, result.Code, result.Reason));
        Assert.Equal($"[app is started as {job.Name}]\n[waiting: {reason}: back-off]\n", job.Log);
        Assert.Equal(["Foreground", "Foreground"], _cluster.Propagations);
        Assert.Null(_cluster.Pod);
    }

    [Fact]
    public async Task Check_OfAnImageNameThatIsWrong_FailsAtOnce()
    {
        var job = await StartedAsync();
        _cluster.SetPod(job.Name, "Pending", new { waiting = new { reason = "InvalidImageName", message = "Failed to apply default image tag" } });

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerImage), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Check_OfAPodThatFindsNoNode_SaysWhatTheSchedulerSays()
    {
        var job = await StartedAsync();
        _cluster.SetPod(job.Name, "Pending", status: new { conditions = new[] { new { type = "PodScheduled", status = "False", reason = "Unschedulable", message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu." } } });

        await job.CheckAsync();

        Assert.Contains("[waiting: Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.]", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAJobThatGetsNoPod_SaysWhatTheClusterSays()
    {
        var job = await StartedAsync();
        await job.CheckAsync();
        _cluster.Warning = "error looking up service account etl/trainer";
        await job.CheckAsync();
        _time.Now += TimeSpan.FromMinutes(11);

        Assert.Equal("did not start within start_timeout 10m: error looking up service account etl/trainer", (await job.EndAsync()).Reason);
        Assert.Equal($"[app is started as {job.Name}]\n[waiting: error looking up service account etl/trainer]\n", job.Log);
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("annotations")]
    public async Task Submit_OfASecretThatWouldBeSeen_FailsForGood(string field)
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        var with = new Dictionary<string, object> { ["connection"] = "cluster", ["image"] = "app", [field] = new { key = "{{ secrets.key }}" } };

        var ended = (await Job(with).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.ContainerUnsupported), (ended.Outcome, ended.Code));
        Assert.Contains($"a secret stands in {field},", ended.Reason, StringComparison.Ordinal);
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Check_OfAJobThatIsGone_SaysVanished()
    {
        var job = await StartedAsync();
        _cluster.Job = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_ThatMeetsFaults_IsRepeated()
    {
        var job = await StartedAsync();
        _cluster.Terminate(job.Name, 0, "Completed");
        _service.Throttle(9);
        var throttled = await job.CheckAsync();
        _service.Fail(500, "etcdserver: request timed out");
        var failed = await job.CheckAsync();
        _service.Break(half: true);
        var broken = await job.CheckAsync();

        Assert.Equal((JobStatus.Running, TimeSpan.FromSeconds(9)), (throttled.Status, throttled.NextCheckAfter));
        Assert.All([throttled, failed, broken], look => Assert.NotNull(look.Error));
        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
    }

    [Fact]
    public async Task Check_ThatCannotRemoveTheJob_EndsAllTheSame()
    {
        var job = await StartedAsync();
        _cluster.Terminate(job.Name, 0, "Completed");
        await job.CheckAsync();
        for (var i = 0; i < 4; i++) _service.Fail(403, "cannot delete resource");

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Contains("could not be removed", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_IsRepeatedUntilJobAndPodAreGone()
    {
        var job = await StartedAsync();
        _cluster.SetPod(job.Name, "Running", new { running = new { } });
        _cluster.Lingers = 2;

        Assert.False((await job.CancelAsync()).Dead);
        Assert.False((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync()).Dead);
        Assert.All(_cluster.Propagations, policy => Assert.Equal("Foreground", policy));
    }

    private JobCalls Job(object with, ComputeProfile? compute = null) => new(_attempts, _attempts.Task("t", "kubernetes", with, compute: compute));

    private async Task<JobCalls> StartedAsync()
    {
        var job = Job(new { connection = "cluster", image = "app" });
        await job.SubmitAsync();
        return job;
    }

    private JsonNode Entry(string name) => _cluster.Job!["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Single(entry => (string)entry!["name"]! == name)!;

    private string Variable(string name) => (string)Entry(name)["value"]!;

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString(new JsonSerializerOptions())}");
}
