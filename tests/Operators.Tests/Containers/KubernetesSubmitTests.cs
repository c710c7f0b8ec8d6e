using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class KubernetesSubmitTests : ClusterTests
{
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

        var made = Cluster.Job!;
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
        Assert.Equal("application/json", Service.Requests[0].Header("Content-Type"));
    }

    [Fact]
    public async Task Submit_OfASecretVariable_KeepsItInASecretOfTheJob()
    {
        Attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { connection = "cluster", image = "app", env = new { KEY = "token={{ secrets.key }}" } });

        await job.SubmitAsync();

        Assert.DoesNotContain("s3cr3t-key", Cluster.Job!.ToJsonString(), StringComparison.Ordinal);
        AssertJson($$$"""{"secretKeyRef":{"name":"{{{job.Name}}}","key":"KEY"}}""", Entry("KEY")["valueFrom"]);
        var secret = Cluster.Secrets[job.Name];
        Assert.Equal(("token=s3cr3t-key", "uid-1"), ((string)secret["stringData"]!["KEY"]!, (string)secret["metadata"]!["ownerReferences"]![0]!["uid"]!));
    }

    [Fact]
    public async Task Submit_Again_FindsTheSameJob()
    {
        Attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { connection = "cluster", image = "app", env = new { KEY = "{{ secrets.key }}" } });
        await job.SubmitAsync();

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Equal("uid-1", (string)Cluster.Secrets[job.Name]["metadata"]!["ownerReferences"]![0]!["uid"]!);
    }

    [Fact]
    public async Task Submit_WhileTheLostJobIsStillBeingDeleted_IsTriedAgain()
    {
        var job = await StartedAsync();
        Cluster.Job!["metadata"]!["deletionTimestamp"] = "2026-03-29T01:00:00Z";
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        Cluster.Job = null;

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
        Service.Fail(status, said);

        if (mayPass) await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
        else Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Refused), await job.SubmitAsync() is { Ended: { } ended } ? (ended.Outcome, ended.Code) : default);
    }

    [Fact]
    public async Task Submit_ThrottledOrBroken_IsNoAnswer()
    {
        var job = Job(new { connection = "cluster", image = "app" });
        Service.Throttle(7);
        Assert.Equal(TimeSpan.FromSeconds(7), (await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).RetryAfter);
        Service.Break(half: true);
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

    [Theory]
    [InlineData("labels")]
    [InlineData("annotations")]
    public async Task Submit_OfASecretThatWouldBeSeen_FailsForGood(string field)
    {
        Attempts.Secrets["key"] = "s3cr3t-key";
        var with = new Dictionary<string, object> { ["connection"] = "cluster", ["image"] = "app", [field] = new { key = "{{ secrets.key }}" } };

        var ended = (await Job(with).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.ContainerUnsupported), (ended.Outcome, ended.Code));
        Assert.Contains($"a secret stands in {field},", ended.Reason, StringComparison.Ordinal);
        Assert.Empty(Service.Requests);
    }

    private JsonNode Entry(string name) => Cluster.Job!["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Single(entry => (string)entry!["name"]! == name)!;

    private string Variable(string name) => (string)Entry(name)["value"]!;

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString(new JsonSerializerOptions())}");
}
