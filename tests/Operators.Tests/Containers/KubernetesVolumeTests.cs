using System.Text;
using System.Text.Json.Nodes;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>What stands in a pod for files, and what is said of the containers that hand them over.</summary>
public sealed class KubernetesVolumeTests : ClusterTests
{
    private static readonly object Runs = new { running = new { } };
    private static readonly object Comes = new { waiting = new { reason = "PodInitializing" } };

    [Fact]
    public void Job_WithoutFiles_IsWrittenAsBeforeThereWereAny()
    {
        var job = new ContainerJob
        {
            Name = "updraft-1",
            Image = "app",
            Args = ["a$b"],
            Environment = ContainerVariables("TOKEN"),
            Compute = new() { Cpu = 1, MemoryMb = 64 },
            Belongs = new Connection().Options.Add("run", "r"),
        };

        Assert.Equal(
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"updraft-1","labels":{"app.kubernetes.io/managed-by":"updraft","updraft/attempt":"updraft-1"},"annotations":{"updraft/run":"r"}},
            "spec":{"backoffLimit":0,"completions":1,"parallelism":1,"ttlSecondsAfterFinished":86400,"template":{"metadata":{"labels":{"app.kubernetes.io/managed-by":"updraft","updraft/attempt":"updraft-1"},"annotations":{"updraft/run":"r"}},
            "spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":30,"containers":[{"name":"main","image":"app","args":["a$$b"],"env":[{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"updraft-1","key":"TOKEN"}}}],
            "resources":{"requests":{"cpu":"1000m","memory":"64Mi"},"limits":{"memory":"64Mi"}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}]}}}}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(KubernetesManifests.Job(job, new())));
    }

    [Fact]
    public async Task Submit_Files_AddsAVolumeAndContainersThatSeeNoSecrets()
    {
        Attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new
        {
            connection = "cluster",
            image = "app",
            files_image = "registry.example.com/busybox:1",
            inputs = new { rows = 1 },
            artifacts = new { model = "m" },
            env = new { KEY = "{{ secrets.key }}" },
        });

        await job.SubmitAsync();

        var pod = Cluster.Job!["spec"]!["template"]!["spec"]!;
        AssertJson("""[{"name":"updraft","emptyDir":{}}]""", pod["volumes"]);
        Assert.Equal(["inputs"], pod["initContainers"]!.AsArray().Select(NameOf));
        Assert.Equal(["main", "files"], pod["containers"]!.AsArray().Select(NameOf));
        foreach (var container in pod["initContainers"]!.AsArray().Concat(pod["containers"]!.AsArray())) AssertJson("""[{"name":"updraft","mountPath":"/updraft"}]""", container!["volumeMounts"]);
        foreach (var container in new[] { pod["initContainers"]![0]!, pod["containers"]![1]! })
        {
            Assert.Equal(("registry.example.com/busybox:1", null), ((string?)container["image"], container["env"]));
            AssertJson("""{"requests":{"cpu":"10m","memory":"32Mi"},"limits":{"cpu":"500m","memory":"64Mi"}}""", container["resources"]);
        }
        var variables = pod["containers"]![0]!["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);
        Assert.Equal(("/updraft/inputs", "/updraft/artifacts"), (variables["UPDRAFT_INPUTS"], variables["UPDRAFT_ARTIFACTS"]));
        Assert.DoesNotContain("s3cr3t-key", Cluster.Job!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_InputsAlone_KeepsNoContainerBesideTheWork()
    {
        await Job(new { connection = "cluster", image = "app", inputs = new { rows = 1 } }).SubmitAsync();

        Assert.Equal(["main"], Cluster.Job!["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(NameOf));
    }

    [Fact]
    public async Task Submit_ASecretInFilesImage_FailsForGood()
    {
        Attempts.Secrets["key"] = "s3cr3t-key";

        var ended = (await Job(new { connection = "cluster", image = "app", files_image = "{{ secrets.key }}", inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.ContainerUnsupported), (ended.Outcome, ended.Code));
    }

    [Fact]
    public async Task Check_ImageForFilesThatCannotBePulled_IsNamedAndFailsInTheEnd()
    {
        var job = await StartedAsync(("inputs", new { waiting = new { reason = "ErrImagePull", message = "not found" } }), ("main", Comes), ("files", Comes));
        await job.CheckAsync();
        Time.Now += TimeSpan.FromMinutes(11);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerImage), (result.Outcome, result.Code));
        Assert.Equal("did not start within start_timeout 10m: files_image inputs:1 of the container inputs: ErrImagePull: not found", result.Reason);
        Assert.Null(Cluster.Job);
    }

    [Fact]
    public async Task Check_ImageForFilesWhoseNameIsWrong_FailsAtOnce()
    {
        var job = await StartedAsync(("inputs", new { waiting = new { reason = "InvalidImageName", message = "no" } }), ("main", Comes), ("files", Comes));

        Assert.Equal(OperatorErrors.ContainerImage, (await job.EndAsync()).Code);
    }

    [Fact]
    public async Task Check_ImageForFilesThatIsLostAfterTheWork_FailsInTheEnd()
    {
        var job = await StartedAsync(("main", new { terminated = new { exitCode = 0 } }), ("files", new { waiting = new { reason = "ImagePullBackOff", message = "back-off" } }));
        await job.CheckAsync();
        Time.Now += TimeSpan.FromMinutes(11);

        var result = await job.EndAsync();

        Assert.Equal(OperatorErrors.ContainerImage, result.Code);
        Assert.Contains("files_image files:1 of the container files", result.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<object, object?, string, string> Ends => new()
    {
        { new { exitCode = 137, reason = "OOMKilled" }, null, OperatorErrors.ContainerMemory, "the container inputs of its pod, which takes the inputs, ended with exit code 137: OOMKilled" },
        { new { exitCode = 1, reason = "Error", message = "mkdir: can't create directory" }, null, OperatorErrors.ContainerStart, "ended with exit code 1: mkdir: can't create directory" },
        { new { exitCode = 143, reason = "Error" }, new { reason = "Evicted", message = "The node was low on resource: ephemeral-storage." }, OperatorErrors.ContainerEvicted, "Evicted: The node was low" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Check_ContainerForInputsThatFails_TellsWhy(object terminated, object? status, string code, string said)
    {
        var job = await StartedAsync(("inputs", new { terminated }), ("main", Comes), ("files", Comes));
        Cluster.Pod!["status"]!["phase"] = "Failed";
        if (status is not null)
            foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(status)!.AsObject()) Cluster.Pod["status"]![name] = value!.DeepClone();
        Cluster.SetCondition("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, code), (result.Outcome, result.Code));
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PreemptedWhileTheContainerBesideStillRuns_SaysSo()
    {
        var job = await StartedAsync(("main", new { terminated = new { exitCode = 143, reason = "Error" } }), ("files", Runs));
        Cluster.Pod!["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "DisruptionTarget", ["status"] = "True", ["reason"] = "PreemptionByScheduler" });

        Assert.Equal((OperatorErrors.ContainerEvicted, "PreemptionByScheduler"), await job.EndAsync() is var result ? (result.Code, result.Reason) : default);
    }

    [Fact]
    public async Task Check_WorkThatRunsBesideItsFiles_IsRunning()
    {
        var job = await StartedAsync(("inputs", new { terminated = new { exitCode = 0 } }), ("main", Runs), ("files", Runs));
        Cluster.LogText = "2026-03-29T01:00:01Z at work\n";

        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        Assert.EndsWith("\nat work\n", job.Log, StringComparison.Ordinal);
        Assert.Empty(Cluster.Exec.Calls);
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, ContainerVariable> ContainerVariables(string secret) =>
        System.Collections.Immutable.ImmutableSortedDictionary.Create<string, ContainerVariable>(StringComparer.Ordinal).Add(secret, new("x", IsSecret: true));

    private static string NameOf(JsonNode? container) => (string)container!["name"]!;

    private static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");

    private async Task<JobCalls> StartedAsync(params (string, object)[] containers)
    {
        var job = Job(new { connection = "cluster", image = "app", inputs = new { rows = 1 }, artifacts = new { model = "m" } });
        await job.SubmitAsync();
        Cluster.SetContainers(job.Name, "Pending", containers);
        return job;
    }
}
