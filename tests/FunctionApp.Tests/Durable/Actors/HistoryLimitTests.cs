using Updraft.Dags;
using Updraft.Orchestration;
using Xunit.Abstractions;

namespace Updraft.FunctionApp.Tests;

/// <summary>The worst histories and payloads that a backend sees. What is printed here stands in <c>docs/azure.md</c>.</summary>
public sealed class HistoryLimitTests(ITestOutputHelper output)
{
    /// <summary>After so many an execution begins nothing new; what is at work then comes on top.</summary>
    private const int MaxEvents = 1_500;

    /// <summary>Instances in one part of a map, and so the most calls of one execution at the same time, each with what its end brings about.</summary>
    private const int PartSize = 200;

    /// <summary>In full, each instance fails once and is tried again, which takes minutes to replay.</summary>
    [Fact]
    public async Task Run_OfTenThousandMappedTasks_KeepsWithinTheLimits()
    {
        var fails = Depth.IsFull ? 1 : 0;
        await using var host = await RunHost.OnHubAsync();
        var dag = new DagBuilder("d");
        var list = dag.Act("list", Enumerable.Range(0, 10_000).ToArray());
        dag.Link(list >> dag.Task("each", "act", new { fails, value = "{{ item }}" }).Retries(1, TimeSpan.FromSeconds(1)).Map(list.Output) >> dag.Act("after"));
        await host.TriggerAsync(dag.Build());
        var run = await host.EndAsync();

        Assert.Equal(RunStatus.Success, run.Body.Status);
        Assert.Equal(10_002, run.Body.Counts["success"]);
        Check(host, $"10,000 mapped tasks of {fails + 1} tries");
    }

    /// <summary>A look each 30 seconds fills an execution in an hour or two, so that a month of them is the same thing again and again.</summary>
    [Theory]
    [InlineData(31 * 24, 6 * 60 * 60)]
    [InlineData(2, 30)]
    public async Task Sensors_ThatWaitForLong_KeepWithinTheLimits(int hours, int longestWait)
    {
        await using var host = await RunHost.OnHubAsync();
        host.WatchdogEvery = TimeSpan.FromDays(1); // Nothing is lost here, so it has nothing to repair.
        host.Players.MetAfter = int.MaxValue;
        host.Players.Policy = new WaitPolicy { Backoff = 2, MaxInterval = TimeSpan.FromSeconds(longestWait) };
        var dag = new DagBuilder("d");
        dag.Link(dag.Task("shared", "lasting") >> dag.Act("a"), dag.Task("own", "own") >> dag.Act("b"));
        await host.TriggerAsync(dag.Build());
        await host.PassAsync(TimeSpan.FromHours(hours));

        Assert.False((await host.Services.Runs.Reader.GetAsync("r"))!.Final);
        Check(host, $"two sensors that wait {hours} hours, {host.Players.Looks} looks");
    }

    private void Check(RunHost host, string what)
    {
        var figures = host.Hub!.Figures;
        output.WriteLine($"{what}: {figures}");
        Assert.Empty(host.Hub.Broken);
        Assert.InRange(figures.HistoryEvents, 1, MaxEvents + 4 * PartSize);
        Assert.InRange(figures.LargestInput, 1, OrchestrationLimits.Payload);
        Assert.InRange(figures.LargestResult, 1, OrchestrationLimits.Payload);
        Assert.InRange(figures.LongestId, 1, 60);
    }
}
