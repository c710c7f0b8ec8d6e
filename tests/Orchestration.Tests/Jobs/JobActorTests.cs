using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>A job on the loop, with a backend that knows its jobs by the attempt.</summary>
public sealed class JobActorTests
{
    private static readonly ActorId Job = new("job", "runs/run/jobs/1/");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Job_OnTheLoop_IsSubmittedOnceAndItsParentToldOnce(bool stopped)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var host = new SimulatedHost(seed, weak: true, kinds: new JobKind()) { Store = { Faults = 0.02 } };
            var jobs = new Dictionary<string, DateTimeOffset>();
            var killed = 0;
            host.Registry.Add(ActivityNames.SubmitJob, ActivityWeight.InProcess, context =>
            {
                jobs.TryAdd(context.GetInput<SubmitJob>().Attempt.AttemptId, host.Simulator.Time.Now);
                return Task.FromResult<object?>(new SubmittedJob { ExternalId = "job-1" });
            });
            host.Registry.Add(ActivityNames.CheckJob, ActivityWeight.InProcess, _ => Task.FromResult<object?>(
                new CheckedJob { Status = host.Simulator.Time.Now - jobs["run/task/1"] > TimeSpan.FromMinutes(3) ? JobStatus.Succeeded : JobStatus.Running }));
            host.Registry.Add(ActivityNames.CancelJob, ActivityWeight.InProcess, _ => Task.FromResult<object?>(new CancelledJob(Dead: killed++ > 2)));
            var request = new JobRequest
            {
                Attempt = new() { AttemptId = "run/task/1", RunId = "run", DagHash = "hash", TaskId = "task", Try = 1 }, Parent = SimulatedHost.Id, ParentKey = "7",
            };

            var ended = host.Simulator.Run(async () =>
            {
                await ActorLoopTests.UntilAsync(() => host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromMinutes(15) }));
                await ActorLoopTests.UntilAsync(() => host.Actors.StartAsync(new() { Id = Job, Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) }));
                await Task.Delay(TimeSpan.FromMinutes(1), host.Simulator.Time);
                if (stopped) await ActorLoopTests.UntilAsync(() => host.Actors.TellAsync(new() { Id = Job, EntryId = "stop", Kind = JobCommands.Stop, Body = NoBody.Json }));
                return await host.EndAsync();
            });

            Assert.Single(ended.Told);
            Assert.Single(jobs);
            Assert.Equal(stopped, killed > 0);
        }
    }
}
