using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>An activity: code that may do I/O. It gets its input and returns its result as JSON, at most <see cref="OrchestrationLimits.Payload"/> bytes each.</summary>
public delegate Task<object?> Activity(ActivityContext context);

/// <summary>What an activity is called with.</summary>
/// <param name="Name">The activity's name.</param>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="Input">Its input; undefined when there was none.</param>
/// <param name="Cancellation">Cancelled when the host shuts down: the activity then runs again later.</param>
public sealed record ActivityContext(string Name, string InstanceId, JsonElement Input, CancellationToken Cancellation)
{
    /// <summary>The input as a value.</summary>
    public T GetInput<T>() => Input.Deserialize<T>(OrchestrationJson.Options)!;
}

/// <summary>Where an activity's work is done, and so which worker slots it takes.</summary>
public enum ActivityWeight
{
    /// <summary>Reads and writes documents; takes no worker slot.</summary>
    Bookkeeping,

    /// <summary>Work inside this process.</summary>
    InProcess,

    /// <summary>Starts a process.</summary>
    Process,
}

/// <summary>The orchestrators and activities that a host runs, by name.</summary>
public sealed class ActivityRegistry
{
    private readonly Dictionary<string, (Activity Code, Func<JsonElement, ActivityWeight> Weight)> _activities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Orchestrator> _orchestrators = new(StringComparer.Ordinal);

    /// <summary>Adds an activity of one weight.</summary>
    public ActivityRegistry Add(string name, ActivityWeight weight, Activity code) => Add(name, _ => weight, code);

    /// <summary>Adds an activity whose weight depends on its input.</summary>
    public ActivityRegistry Add(string name, Func<JsonElement, ActivityWeight> weight, Activity code)
    {
        _activities.Add(name, (code, weight));
        return this;
    }

    /// <summary>Adds an orchestrator.</summary>
    public ActivityRegistry AddOrchestrator(string name, Orchestrator code)
    {
        _orchestrators.Add(name, code);
        return this;
    }

    /// <summary>Finds an activity.</summary>
    public bool TryGetActivity(string name, out Activity code, out Func<JsonElement, ActivityWeight> weight)
    {
        var found = _activities.TryGetValue(name, out var entry);
        (code, weight) = entry;
        return found;
    }

    /// <summary>Finds an orchestrator.</summary>
    public bool TryGetOrchestrator(string name, out Orchestrator code) => _orchestrators.TryGetValue(name, out code!);
}
