using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// An engine that forgets everything after each turn and replays the history, so that what does not replay shows at once. In weak mode it
/// does all that the contract of the ports allows: events are lost, doubled, late and out of order, and activities run twice.
/// </summary>
internal sealed class SimulatedEngine(Simulator simulator, ActivityRegistry registry) : IOrchestrationClient
{
    private readonly Dictionary<string, Instance> _instances = new(StringComparer.Ordinal);

    /// <summary>Whether it is as bad as it may be.</summary>
    public bool Weak { get; set; }

    /// <summary>Drops every event.</summary>
    public bool Deaf { get; set; }

    /// <summary>Drops the next start, as a crash before it does.</summary>
    public bool LoseNextStart { get; set; }

    /// <summary>Activities as they are executed, by name.</summary>
    public List<(string Name, JsonElement Input, DateTimeOffset At)> Executed { get; } = [];

    public int Turns { get; private set; }

    public IEnumerable<string> InstanceIds => _instances.Keys;

    public Instance Of(string instanceId) => _instances[instanceId];

    public Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default)
    {
        Assert.Null(OrchestrationLimits.Refuse(options.InstanceId));
        if (LoseNextStart)
        {
            LoseNextStart = false;
            throw new IOException("crashed before the start");
        }
        if (_instances.ContainsKey(options.InstanceId)) return Task.FromResult(false);
        var instance = new Instance { Id = options.InstanceId, Orchestrator = orchestratorName, Input = ToJson(input) };
        _instances.Add(instance.Id, instance);
        Wake(instance, null);
        return Task.FromResult(true);
    }

    public Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        if (Deaf || !_instances.TryGetValue(instanceId, out var instance) || instance.IsOver || (Weak && simulator.Chance(0.3))) return Task.CompletedTask;
        var times = Weak && simulator.Chance(0.3) ? 2 : 1;
        for (var i = 0; i < times; i++)
        {
            simulator.Add(() =>
            {
                if (!instance.IsOver) Wake(instance, new HistoryEvent(EventKind.Raised, -1, eventName.ToLowerInvariant(), ToJson(eventPayload)));
            });
        }
        return Task.CompletedTask;
    }

    public Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default) => Task.FromResult(
        !_instances.TryGetValue(instanceId, out var instance) ? null : new OrchestrationMetadata
        {
            Name = instance.Orchestrator,
            InstanceId = instance.Id,
            RuntimeStatus = instance.IsOver ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Running,
            CreatedAt = default,
            LastUpdatedAt = simulator.Time.Now,
        });

    public IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default) =>
        Task.FromResult(_instances.TryGetValue(instanceId, out var instance) && instance.IsOver && _instances.Remove(instanceId));

    public Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    private void Wake(Instance instance, HistoryEvent? news)
    {
        if (news is not null) instance.News.Add(news);
        if (instance.TurnIsDue) return;
        instance.TurnIsDue = true;
        simulator.Add(() => Turn(instance));
    }

    private void Turn(Instance instance)
    {
        instance.TurnIsDue = false;
        if (instance.IsOver) return;
        Turns++;
        instance.Turns++;
        var news = instance.News.ToList();
        instance.News.Clear();
        if (Weak) simulator.Random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(news));
        instance.History.Add(new(EventKind.TurnStarted, -1, "", ToJson(simulator.Time.Now.UtcDateTime)));
        instance.History.AddRange(news);

        var context = new SimulatedContext(instance);
        Assert.True(registry.TryGetOrchestrator(instance.Orchestrator, out var code));
        var ended = context.Replay(code);
        foreach (var action in context.NewActions) Carry(instance, instance.Execution, action);
        instance.Actions.AddRange(context.NewActions);
        foreach (var cancelled in context.Cancelled)
            if (instance.Timers.Remove(cancelled, out var timer)) timer.Dispose();
        if (context.Failure is { } failure) throw new InvalidOperationException($"instance {instance.Id} failed", failure);
        if (!ended) return;

        Assert.Empty(instance.Timers);
        if (context.ContinuesWith is { } input)
        {
            instance.Execution++;
            instance.Input = input;
            instance.LongestHistory = Math.Max(instance.LongestHistory, instance.History.Count);
            instance.History.Clear();
            instance.Actions.Clear();
            if (Weak) instance.News.Clear();
            else instance.News.RemoveAll(news => news.Kind is not EventKind.Raised);
            Wake(instance, null);
        }
        else
        {
            instance.IsOver = true;
        }
    }

    private void Carry(Instance instance, int execution, HistoryAction action)
    {
        if (action.FireAt is { } at)
        {
            instance.Timers[action.Number] = simulator.Time.At(new DateTimeOffset(at, TimeSpan.Zero), () =>
            {
                instance.Timers.Remove(action.Number);
                if (execution == instance.Execution) Wake(instance, new(EventKind.Completed, action.Number, "timer", default));
            });
            return;
        }
        var times = Weak && simulator.Chance(0.1) ? 2 : 1;
        for (var i = 0; i < times; i++) simulator.Add(() => _ = ExecuteAsync(instance, execution, action));
    }

    private async Task ExecuteAsync(Instance instance, int execution, HistoryAction action)
    {
        Assert.True(registry.TryGetActivity(action.Name, out var code, out _), $"no activity '{action.Name}'");
        Executed.Add((action.Name, action.Input, simulator.Time.Now));
        HistoryEvent outcome;
        try
        {
            var result = ToJson(await code(new(action.Name, instance.Id, action.Input, CancellationToken.None)));
            Assert.True(result.ValueKind is JsonValueKind.Undefined || result.GetRawText().Length <= OrchestrationLimits.Payload, $"the result of '{action.Name}' is too large");
            outcome = new(EventKind.Completed, action.Number, action.Name, result);
        }
        catch (IOException exception)
        {
            outcome = new(EventKind.Failed, action.Number, action.Name, ToJson(exception.Message));
        }
        catch (InvalidDataException exception)
        {
            outcome = new(EventKind.Failed, action.Number, action.Name, ToJson(exception.Message));
        }
        simulator.Add(() =>
        {
            if (execution == instance.Execution && !instance.IsOver && instance.Answered.Add((execution, action.Number))) Wake(instance, outcome);
        });
    }

    internal static JsonElement ToJson(object? value) => value is null ? JsonSerializer.SerializeToElement<object?>(null) : JsonSerializer.SerializeToElement(value, OrchestrationJson.Options);

    internal sealed class Instance
    {
        public required string Id { get; init; }

        public required string Orchestrator { get; init; }

        public required JsonElement Input { get; set; }

        public List<HistoryEvent> History { get; } = [];

        public List<HistoryAction> Actions { get; } = [];

        public List<HistoryEvent> News { get; } = [];

        public Dictionary<int, SimulatedTime.Timer> Timers { get; } = [];

        public HashSet<(int, int)> Answered { get; } = [];

        public int Execution { get; set; }

        public int Turns { get; set; }

        public int LongestHistory { get; set; }

        public bool TurnIsDue { get; set; }

        public bool IsOver { get; set; }
    }
}

internal enum EventKind
{
    TurnStarted,
    Completed,
    Failed,
    Raised,
}

internal sealed record HistoryEvent(EventKind Kind, int Number, string Name, JsonElement Value);

internal sealed record HistoryAction(int Number, string Name, JsonElement Input, DateTime? FireAt);
