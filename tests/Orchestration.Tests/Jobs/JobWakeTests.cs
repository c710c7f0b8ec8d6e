using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>A job or sensor that is woken looks at once, and never misses what it was woken for.</summary>
public sealed class JobWakeTests
{
    private static readonly PokedSensor NotYet = new() { Met = false, Policy = new() { Interval = TimeSpan.FromHours(1) } };
    private static readonly CheckedJob Running = new() { Status = JobStatus.Running, NextCheckAfter = TimeSpan.FromHours(1) };

    [Fact]
    public void Wake_BetweenLooks_LooksAtOnceAndWaitsAnew()
    {
        var sensor = new JobDriver(sensor: true).Return(NotYet).Wake();

        Assert.Equal(ActivityNames.PokeSensor, sensor.Doing);
        sensor.Return(NotYet);
        Assert.Equal(1, sensor.Wait().TotalHours);
    }

    [Fact]
    public void Wake_WhileALookIsUnderWay_LooksOnceMoreAfterIt()
    {
        var sensor = new JobDriver(sensor: true).Wake().Wake();

        sensor.Return(NotYet);
        Assert.Equal(ActivityNames.PokeSensor, sensor.Doing);
        sensor.Return(NotYet);
        Assert.Empty(sensor.Calls);
    }

    [Fact]
    public void Wake_DuringALookThatSeesTheCondition_ChangesNothing()
    {
        var sensor = new JobDriver(sensor: true).Wake().Return(new PokedSensor { Met = true });

        Assert.Equal(AttemptOutcome.Success, sensor.Reported.Outcome);
        sensor.Return(new ToldActor(true));
        Assert.True(sensor.IsFinal);
    }

    [Fact]
    public void Wake_WhileALookIsUnderWayAndTheExecutionIsLost_LooksAfterTheWake()
    {
        var sensor = new JobDriver(sensor: true).Return(NotYet);
        sensor.Wait();
        sensor.Wake().StartAgain();

        // The new look begins after the wake, so that one is enough.
        sensor.Return(NotYet);
        Assert.Empty(sensor.Calls);
    }

    [Fact]
    public void Wake_WhileBeingSubmitted_LooksAsSoonAsThereIsAJob()
    {
        var job = new JobDriver().Wake().Return(new SubmittedJob { ExternalId = "job-1" });

        Assert.Equal(ActivityNames.CheckJob, job.Doing);
    }

    [Fact]
    public void Wake_WhileBeingKilled_AsksAtOnceWhetherItIsDead()
    {
        var job = new JobDriver().Return(new SubmittedJob { ExternalId = "job-1" }).Stop();
        job.Return(new CancelledJob(Dead: false)).Wake();

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal(AttemptOutcome.Stopped, job.Reported.Outcome);
    }

    [Fact]
    public void Wake_AfterTheEnd_ChangesNothing()
    {
        var job = new JobDriver().Return(new SubmittedJob { ExternalId = "job-1" }).Wake().Return(new CheckedJob { Status = JobStatus.Succeeded }).Wake();

        Assert.Equal(ActivityNames.TellActor, job.Doing);
        job.Return(new ToldActor(true)).Wake();
        Assert.True(job.IsFinal);
        Assert.Empty(job.Calls);
    }

    [Fact]
    public void Wake_BetweenLooksAtAJob_LooksAtOnce()
    {
        var job = new JobDriver().Return(new SubmittedJob { ExternalId = "job-1" });
        job.Wait();
        job.Return(Running).Wake();

        Assert.Equal(ActivityNames.CheckJob, job.Doing);
    }

    [Fact]
    public void Wake_UnderWeakModeAndTwice_IsNeverMissed()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var host = new SimulatedHost(seed, weak: true, kinds: new JobKind()) { Store = { Faults = 0.02 } };
            var sensor = new ActorId("job", "runs/run/jobs/1/");
            var holds = false;
            var pokes = 0;
            host.Registry.Add(ActivityNames.PokeSensor, ActivityWeight.InProcess, async _ =>
            {
                pokes++;
                var seen = holds;
                await Task.Delay(TimeSpan.FromSeconds(host.Simulator.Random.Next(40)), host.Simulator.Time);
                return new PokedSensor { Met = seen, Result = seen ? new() { Outcome = AttemptOutcome.Success } : null, Policy = new() { Interval = TimeSpan.FromHours(20) } };
            });
            var request = new JobRequest
            {
                Attempt = new() { AttemptId = "run/task/1", RunId = "run", DagHash = "hash", TaskId = "task", Try = 1 }, Sensor = true, Parent = SimulatedHost.Id, ParentKey = "7",
            };

            // The parent is over after 5 hours and the next look without a wake is at 20: only a wake that was heeded tells it before.
            var ended = host.Simulator.Run(async () =>
            {
                await ActorLoopTests.UntilAsync(() => host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromHours(5) }));
                await ActorLoopTests.UntilAsync(() => host.Actors.StartAsync(new() { Id = sensor, Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) }));
                await Task.Delay(TimeSpan.FromSeconds(host.Simulator.Random.Next(90)), host.Simulator.Time);
                holds = true;
                for (var i = 0; i < 2; i++) await ActorLoopTests.UntilAsync(() => host.Actors.TellAsync(new() { Id = sensor, EntryId = "wake-1", Kind = JobCommands.Wake, Body = NoBody.Json }));
                return await host.EndAsync();
            });

            Assert.Single(ended.Told);
            Assert.True(pokes <= 12, $"looked {pokes} times (seed {seed})");
        }
    }
}
