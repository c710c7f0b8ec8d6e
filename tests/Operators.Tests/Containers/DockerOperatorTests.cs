using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

[Collection("docker")]
public sealed class DockerOperatorTests : IDisposable
{
    private static readonly FakeDocker Docker = FakeDocker.Installed;
    private readonly TestAttempts _attempts = new();

    public DockerOperatorTests() => _attempts.With(Docker.Operator);

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_Profile_BecomesOptionsAndSecretsStandInNoCommandLine()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        var job = Job(new { command = new[] { "python", "-u" }, args = new[] { "fit.py", "a b" }, env = new { KEY = "{{ secrets.key }}", PLAIN = "x" }, working_directory = "/srv", options = new[] { "--network=host" } },
            new() { Cpu = 1.5, MemoryMb = 512, Gpu = 1, Image = "app:{{ run.dag }}", Environment = new ComputeProfile().Environment.Add("PLAIN", "lost").Add("MORE", "y") });

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);

        Assert.Equal("python\napp:test\n-u\nfit.py\na b\n", Docker.Of(job.Name, "line"));
        var env = Docker.Of(job.Name, "env").Split('\n');
        Assert.Contains("KEY=s3cr3t-key", env);
        Assert.Contains("PLAIN=x", env);
        Assert.Contains("MORE=y", env);
        Assert.Contains($"UPDRAFT_RUN_ID={TestAttempts.RunId}", env);
        Assert.Contains("UPDRAFT_OUTPUT=/tmp/updraft-output.json", env);
        var options = Docker.Options(job.Name);
        Assert.All(["--cpus 1.5", "--memory 512m", "--gpus 1", "--workdir /srv", "--network=host", "--label updraft.dag=test"], option => Assert.Contains(option, options, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cr3t-key", string.Join('\n', Docker.Calls(job.Name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_Again_FindsTheSameContainer()
    {
        var job = await StartedAsync();

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Single(Docker.Calls(job.Name), call => call.StartsWith("run ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Submit_ThatMeetsItselfAtTheSameName_FindsTheSameContainer()
    {
        var job = await StartedAsync();
        Docker.Fault((1, $"Error: No such container: {job.Name}")); // The first inspect came before the other's run.

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
    }

    [Fact]
    public async Task Submit_AfterACrashBetweenMakingAndStarting_StartsTheContainer()
    {
        var job = await StartedAsync();
        Docker.SetStatus(job.Name, "created");

        Assert.Equal(job.Name, (await job.SubmitAsync()).ExternalId);
        Assert.Contains($"start {job.Name}", Docker.Calls(job.Name));
    }

    [Theory]
    [InlineData(125, "docker: Error response from daemon: pull access denied for nope, repository does not exist", OperatorErrors.ContainerImage)]
    [InlineData(125, "docker: Error response from daemon: invalid mount config", OperatorErrors.ContainerStart)]
    public async Task Submit_ThatDockerRefuses_FailsWithWhatItSays(int exitCode, string said, string code)
    {
        var job = Job(new { image = "nope" });
        Docker.Fault(null, (exitCode, said));

        var ended = (await job.SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.Failed, code), (ended.Outcome, ended.Code));
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_OfAProgramThatIsNotThere_FailsAndLeavesNothing()
    {
        var job = Job(new { image = "app", command = new[] { "nope" } });
        Docker.BreakNextStart();

        var ended = (await job.SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.ContainerStart, ended.Code);
        Assert.Contains("executable file not found", ended.Reason, StringComparison.Ordinal);
        Assert.False(Docker.Has(job.Name));
    }

    [Fact]
    public async Task Submit_WithoutADaemon_IsNoAnswer()
    {
        var job = Job(new { image = "app" });
        Docker.Fault((1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"));

        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);
    }

    [Theory]
    [InlineData("""{"args":["--key","{{ secrets.key }}"],"image":"app"}""", OperatorErrors.ContainerUnsupported, "hand it over in env")]
    [InlineData("""{"options":["--env=KEY={{ secrets.key }}"],"image":"app"}""", OperatorErrors.ContainerUnsupported, "a secret stands in options")]
    [InlineData("""{"env":{"PATH":"{{ secrets.key }}"},"image":"app"}""", OperatorErrors.ContainerUnsupported, "another name")]
    [InlineData("""{"env":{"A-B":"x"},"image":"app"}""", OperatorErrors.Fields, "no name of a variable")]
    [InlineData("""{"options":["-v"],"image":"app"}""", OperatorErrors.Fields, "no long option")]
    [InlineData("{}", OperatorErrors.Fields, "no image")]
    public async Task Submit_OfWhatCannotBe_FailsForGood(string with, string code, string said)
    {
        _attempts.Secrets["key"] = "s3cr3t-key";

        var ended = (await Job(TestAttempts.Json(with)).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, code), (ended.Outcome, ended.Code));
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_OfAProfileThatDockerCannotGive_FailsForGood()
    {
        var ended = (await Job(new { image = "app" }, new() { NodeSelector = new ComputeProfile().NodeSelector.Add("pool", "gpu") }).SubmitAsync()).Ended!;

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.ContainerUnsupported), (ended.Outcome, ended.Code));
        Assert.Equal("operator 'docker' cannot give 'node_selector'; of a compute profile it honours cpu, environment, gpu, image, memory_mb", ended.Reason);
    }

    [Fact]
    public async Task Check_WhileItRuns_CopiesEachLineOnceAndInOrder()
    {
        var job = await StartedAsync();
        Docker.Write(job.Name, "out", "2026-03-29T01:00:01.000000001Z one\n2026-03-29T01:00:03.000000000Z three\n");
        Docker.Write(job.Name, "err", "2026-03-29T01:00:02.000000000Z two\n");
        Assert.Equal(JobStatus.Running, (await job.CheckAsync()).Status);
        Docker.Write(job.Name, "out", "2026-03-29T01:00:03.000000000Z three again\n2026-03-29T01:00:04.000000000Z fo");
        await job.CheckAsync();
        Assert.StartsWith("2026-03-29T01:00:02.9999990", Docker.LastSince, StringComparison.Ordinal);
        Docker.Write(job.Name, "out", "ur");
        Docker.End(job.Name, 0);

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Equal($"[app is started as {job.Name}]\none\ntwo\nthree\nthree again\nfour\n", job.Log);
        Assert.False(Docker.Has(job.Name));
    }

    [Theory]
    [InlineData(1, AttemptOutcome.Failed, "exit code 1; its last line: no such table")]
    [InlineData(98, AttemptOutcome.FailedForGood, "exit code 98; its last line: no such table")]
    [InlineData(99, AttemptOutcome.Skipped, "exit code 99; its last line: no such table")]
    public async Task Check_OfAFailure_TellsExitCodeAndLastLine(int exitCode, AttemptOutcome outcome, string reason)
    {
        var job = await StartedAsync();
        Docker.Write(job.Name, "err", "2026-03-29T01:00:02Z no such table\n");
        Docker.End(job.Name, exitCode);

        var result = await job.EndAsync();

        Assert.Equal((outcome, reason), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Check_OfTooMuchMemory_SaysSo()
    {
        var job = await StartedAsync();
        Docker.End(job.Name, 137, oom: true);

        var result = await job.EndAsync();

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ContainerMemory), (result.Outcome, result.Code));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task Check_OfASuccess_HandsItsOutputOver(int length)
    {
        var job = await StartedAsync();
        Docker.Write(job.Name, "output.json", $$"""{"text":"{{new string('x', length)}}"}""");
        Docker.End(job.Name, 0);

        var result = await job.EndAsync();

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.True(result.Output!.Bytes > length);
        Assert.False(Docker.Has(job.Name));
    }

    [Fact]
    public async Task Check_OfAnOutputThatIsNoJson_Fails()
    {
        var job = await StartedAsync();
        Docker.Write(job.Name, "output.json", "rows: 3");
        Docker.End(job.Name, 0);

        Assert.Equal(OperatorErrors.Output, (await job.EndAsync()).Code);
    }

    [Fact]
    public async Task Check_ThatACrashRepeatsAfterTheRemoval_EndsAsBefore()
    {
        var job = await StartedAsync();
        Docker.Write(job.Name, "output.json", "3");
        Docker.End(job.Name, 0);
        var noted = await job.CheckAsync();
        var lost = await job.PeekAsync();

        var result = await job.EndAsync();

        Assert.Equal((null, AttemptOutcome.Success), (noted.Result, lost.Result!.Outcome));
        Assert.Equal((AttemptOutcome.Success, 3), (result.Outcome, result.Output!.Value!.Value.GetInt32()));
    }

    [Fact]
    public async Task Check_OfAContainerThatIsGone_SaysVanished()
    {
        var job = await StartedAsync();
        Docker.Lose(job.Name);

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_WhenTheLogCannotBeRead_EndsAllTheSame()
    {
        var job = await StartedAsync();
        Docker.End(job.Name, 0);
        var broken = (1, "Error response from daemon: configured logging driver does not support reading");
        Docker.Fault(null, broken, null, broken, null, broken, null, broken);

        Assert.Equal(AttemptOutcome.Success, (await job.EndAsync()).Outcome);
        Assert.Contains("[the end of the log could not be read: docker logs: Error response from daemon: configured logging driver", job.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on_success", 0, false)]
    [InlineData("on_success", 1, true)]
    [InlineData("never", 0, true)]
    public async Task CleanUp_WhenAskedFor_LeavesTheContainer(string cleanUp, int exitCode, bool isLeft)
    {
        var job = Job(new { image = "app", clean_up = cleanUp });
        await job.SubmitAsync();
        Docker.End(job.Name, exitCode);

        await job.EndAsync();

        Assert.Equal(isLeft, Docker.Has(job.Name));
    }

    [Fact]
    public async Task Cancel_IsRepeatedUntilTheContainerIsGone()
    {
        var job = await StartedAsync();
        Docker.StickNextRemoval();

        Assert.False((await job.CancelAsync()).Dead);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.Contains($"stop -t 10 {job.Name}", Docker.Calls(job.Name));
        Assert.True((await job.CancelAsync()).Dead);
        Assert.False(Docker.Has(job.Name));
    }

    private JobCalls Job(object with, ComputeProfile? compute = null) => new(_attempts, _attempts.Task("t", "docker", with, compute: compute));

    private async Task<JobCalls> StartedAsync()
    {
        var job = Job(new { image = "app" });
        await job.SubmitAsync();
        return job;
    }
}
