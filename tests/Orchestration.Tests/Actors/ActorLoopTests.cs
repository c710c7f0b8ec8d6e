using System.Text.Json;

namespace Updraft.Orchestration.Tests;

public sealed class ActorLoopTests
{
    private static ActorInstance Ended(SimulatedHost host, TallyRequest request)
    {
        var state = host.Simulator.Run(async () =>
        {
            await host.StartAsync(request);
            return await host.EndAsync();
        });
        host.Simulator.Settle(TimeSpan.FromMinutes(5));
        return new(state, host.Engine.Of(ActorInstanceId.Of(SimulatedHost.Id, 1)));
    }

    private sealed record ActorInstance(TallyState State, SimulatedEngine.Instance Instance);

    [Fact]
    public void Run_Chain_CostsOneTurnAStep()
    {
        var shortRun = Ended(new(inOrder: true), new() { Chain = 10 }).Instance.Turns;
        var longRun = Ended(new(inOrder: true), new() { Chain = 110 }).Instance.Turns;

        Assert.Equal(100, longRun - shortRun);
    }

    [Fact]
    public void Run_Start_CallsTheFirstStepInTheTurnAfterLoading()
    {
        var host = new SimulatedHost(inOrder: true);

        Ended(host, new() { Chain = 1 });

        Assert.Equal(["load-actor", "step", "publish-actor", "end-actor"], host.Engine.Executed.Select(call => call.Name));
    }

    [Fact]
    public void Run_Ended_LeavesNothingBehind()
    {
        var host = new SimulatedHost(inOrder: true);

        var ended = Ended(host, new() { Chain = 3 });

        Assert.Empty(host.Leftovers());
        Assert.True(ended.Instance.IsOver);
        Assert.Equal(3, ended.State.Chained);
    }

    [Fact]
    public void Run_FullHistory_ContinuesAsNewAndLosesNoCall()
    {
        var host = new SimulatedHost(options: new() { MaxEvents = 20 });

        var ended = Ended(host, new() { Chain = 50, Wide = 30 });

        Assert.Equal(50, ended.State.Chained);
        Assert.Empty(ended.State.Open);
        Assert.True(ended.Instance.Execution > 1);
        Assert.Equal(80, host.Count("step"));
        // Thirty wide calls come of one message, which is never torn.
        Assert.InRange(ended.Instance.LongestHistory, 20, 200);
    }

    [Fact]
    public void Run_FullHistoryWithACallUnderWay_WaitsForIt()
    {
        var host = new SimulatedHost(options: new() { MaxEvents = 10 });

        var ended = Ended(host, new() { Chain = 3, Wide = 1, Takes = TimeSpan.FromMinutes(20) });

        Assert.Equal(4, host.Count("step"));
        Assert.Equal(3, ended.State.Chained);
    }

    [Fact]
    public void Run_ManyFastSteps_PublishesAtMostOnceASecond()
    {
        var host = new SimulatedHost();

        Ended(host, new() { Chain = 100, Takes = TimeSpan.FromMilliseconds(100) });

        Assert.InRange(host.Count("publish-actor"), 5, 12);
    }

    [Fact]
    public void Run_CallAfterPublish_SeesTheStoredState()
    {
        var host = new SimulatedHost();
        var stored = new List<int>();
        host.Registry.Add("look", ActivityWeight.InProcess, async context =>
        {
            var head = await host.Actors.GetHeadAsync(SimulatedHost.Id);
            stored.Add(head!.Body.Deserialize<TallyState>(OrchestrationJson.Options)!.Chained);
            return null;
        });

        Ended(host, new() { Chain = 5, AfterPublish = true, Activity = "look" });

        Assert.Equal([0, 1, 2, 3, 4], stored);
    }

    [Fact]
    public void Run_LargePagesAndSpec_ComeInChunks()
    {
        var host = new SimulatedHost(options: new() { MaxEvents = 12 });
        var spec = JsonSerializer.SerializeToUtf8Bytes(new string('s', 500_000));
        host.Simulator.Run(() => host.Runtime.Specs.PutAsync("hash", spec, JsonSerializer.SerializeToElement(Array.Empty<int>())));

        var ended = Ended(host, new() { Chain = 20, Pages = 4, PageBytes = 200_000, Spec = "hash" });

        Assert.Equal(spec.Length, ended.State.SpecLength);
        Assert.Equal([200_002, 200_002, 200_002, 200_002], ended.State.PagesRead);
        Assert.True(ended.Instance.Execution > 0);
    }

    [Fact]
    public void Run_WorkThrows_TheMachineHearsOfIt()
    {
        var host = new SimulatedHost { FailSteps = 2 };

        var ended = Ended(host, new() { Chain = 3 });

        Assert.Equal(["the step failed", "the step failed"], ended.State.Threw);
    }

    [Fact]
    public void Run_StoreFails_TheMachineHearsNothing()
    {
        var host = new SimulatedHost { Store = { Faults = 0.2 } };

        var state = host.Simulator.Run(async () =>
        {
            await UntilAsync(() => host.StartAsync(new() { Chain = 20 }));
            return await host.EndAsync();
        });

        Assert.Equal(20, state.Chained);
        Assert.Empty(state.Threw);
    }

    [Fact]
    public void Run_TimerSetAgainAndCancelled_FiresOnce()
    {
        var host = new SimulatedHost(inOrder: true);

        var state = host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromMinutes(1) });
            await host.TellAsync("1", "timer");
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
            await host.TellAsync("2", "timer");
            await Task.Delay(TimeSpan.FromSeconds(20), host.Simulator.Time);
            await host.TellAsync("3", "timer");
            await Task.Delay(TimeSpan.FromSeconds(5), host.Simulator.Time);
            await host.TellAsync("4", "cancel-timer");
            return await host.EndAsync();
        });

        Assert.Equal(["t@00:15"], state.Fired);
    }

    [Fact]
    public void Run_HintsAreLost_TheSafetyTimerReadsTheInbox()
    {
        var host = new SimulatedHost { Engine = { Deaf = true } };

        host.Simulator.Run(async () =>
        {
            await host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromHours(1) });
            await Task.Delay(TimeSpan.FromSeconds(1), host.Simulator.Time);
            await host.TellAsync("a");
            await Task.Delay(TimeSpan.FromSeconds(65), host.Simulator.Time);
        });

        Assert.Equal(["a"], host.State().Told);
    }

    [Fact]
    public void Run_LateExecutionOfAnEndedGeneration_DoesNothing()
    {
        var host = new SimulatedHost(inOrder: true);
        Ended(host, new() { Chain = 1 });

        host.Simulator.Run(() => host.Engine.ScheduleNewOrchestrationInstanceAsync(ActorClient.Orchestrator, new ActorInput(SimulatedHost.Id, 1), new() { InstanceId = "late" }));
        host.Simulator.Settle(TimeSpan.FromMinutes(1));

        Assert.True(host.Engine.Of("late").IsOver);
        Assert.Equal(1, host.Count("step"));
    }

    internal static async Task UntilAsync(Func<Task> action)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (IOException)
            {
                // Every call of a client may be repeated.
            }
        }
    }
}
