using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>Runs with tries that wait for events, as documents: what events are decided by.</summary>
internal sealed class EventStage
{
    public const string Name = "approved";
    public const string Key = "order-42";

    private readonly SimulatedHost _host;

    public EventStage(int seed = 1)
    {
        _host = new(seed, kinds: new JobKind());
        Client = new(Store, _host.Actors, Simulator.Time);
        Waits = new(Store, _host.Actors, Simulator.Time);
        Sweep = new(Store, _host.Actors, Simulator.Time);
    }

    public Simulator Simulator => _host.Simulator;

    public SimulatedStore Store => _host.Store;

    public ActorClient Actors => _host.Actors;

    public EventClient Client { get; }

    public EventWaits Waits { get; }

    public EventSweep Sweep { get; }

    public static EventMessage Event(string id = "e1", object? data = null, TimeSpan? timeToLive = null) =>
        new() { Name = Name, Key = Key, Id = id, Data = data is null ? null : JsonSerializer.SerializeToElement(data), TimeToLive = timeToLive ?? TimeSpan.FromDays(7) };

    public static EventWait WaitOf(string run, int attempt = 1, bool exclusive = false, string task = "wait") =>
        new() { Name = Name, Key = Key, RunId = run, TaskId = task, AttemptId = $"{run}/{task}/{attempt}", Exclusive = exclusive };

    public EventOutcome Send(EventMessage? message = null) => Simulator.Run(() => Client.SendAsync(message ?? Event()));

    /// <summary>A try looks; the id of the event that it took.</summary>
    public string? Take(EventWait wait)
    {
        Open(wait);
        return Simulator.Run(() => Waits.TakeAsync(wait))?.Id;
    }

    /// <summary>The run and the try are there and under way.</summary>
    public void Open(EventWait wait) => Simulator.Run(async () =>
    {
        await Store.PutAsync(ActorPaths.Request(RunPaths.Of(wait.RunId)), Request(new RunRequest
        {
            RunId = wait.RunId, Dag = "d", DagHash = "h", Conf = NoBody.Json, Params = NoBody.Json, LogicalDate = default, DataIntervalStart = default, DataIntervalEnd = default, CreatedAt = default,
        }), WriteCondition.IfAbsent);
        await Store.PutAsync(ActorPaths.Request(JobPaths.Of(wait.RunId, wait.AttemptId)), Request("job"), WriteCondition.IfAbsent);
    });

    /// <summary>A try has ended.</summary>
    public void EndTry(EventWait wait) => End(JobPaths.Of(wait.RunId, wait.AttemptId));

    /// <summary>A run has ended.</summary>
    public void EndRun(string runId) => End(RunPaths.Of(runId));

    /// <summary>How often the actor of a try was told to look.</summary>
    public int Wakes(EventWait wait) => Store.Paths.Count(path => path.StartsWith(ActorPaths.Inbox(JobPaths.Of(wait.RunId, wait.AttemptId)), StringComparison.Ordinal));

    /// <summary>Dies at the k-th write from now on; the code that did it ends with an <see cref="IOException"/>.</summary>
    public Func<bool> DieAtWrite(int k)
    {
        var met = 0;
        var dead = false;
        Store.Before = what =>
        {
            if (dead || ((what.StartsWith("put ", StringComparison.Ordinal) || what.StartsWith("delete ", StringComparison.Ordinal)) && met++ == k))
            {
                dead = true;
                throw new IOException($"dead at {what}");
            }
        };
        return () =>
        {
            Store.Before = null;
            return dead;
        };
    }

    private void End(ActorId id) => Simulator.Run(() => Store.PutAsync(ActorPaths.Head(id), new ActorHead
    {
        Kind = id.Kind, Generation = 1, Revision = 1, Final = true, Pages = 0, Taken = [],
        Body = id.Kind == ActorKindNames.Job ? JsonSerializer.SerializeToElement(new JobState(), OrchestrationJson.Options) : JsonSerializer.SerializeToElement(new RunBody { Status = RunStatus.Success }, OrchestrationJson.Options),
    }, WriteCondition.None));

    private static ActorRequest Request<T>(T body) => new() { Body = JsonSerializer.SerializeToElement(body, OrchestrationJson.Options), Lane = "default", Tags = new Dictionary<string, string>() };
}
