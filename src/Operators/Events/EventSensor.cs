using System.ComponentModel;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits for a named event about what the run is about. Who sends one wakes it, so that waiting costs next to nothing.</summary>
[Operator("event")]
[Description("Waits for a named event about the run's business key, and hands its data over.")]
public sealed class EventSensor : SensorOperator<EventFields>
{
    // Whoever sends an event wakes the sensor; these looks only mend what a crash between the two left undone.
    private static readonly WaitPolicy Rarely = new() { Interval = TimeSpan.FromMinutes(5), Backoff = 2, MaxInterval = TimeSpan.FromHours(1) };

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Own;

    /// <inheritdoc/>
    public override WaitPolicy PolicyOf(EventFields fields) => Rarely with { Deadline = fields.Deadline, SoftFail = fields.SoftFail };

    /// <inheritdoc/>
    public override async Task<PokeResult> PokeAsync(TaskContext context, EventFields fields, System.Text.Json.JsonElement? state, CancellationToken stop)
    {
        var key = fields.Key ?? context.Run.BusinessKey
            ?? throw new FailTaskException($"run '{context.Run.RunId}' has no business key, so that no event can find it: give the DAG a business_key, or this task a key", EventErrors.NoKey);
        try
        {
            var taken = await context.Control.Waits.TakeAsync(new EventWait
            {
                Name = fields.Name,
                Key = key,
                RunId = context.Run.RunId,
                TaskId = context.TaskId,
                Keys = context.Keys,
                AttemptId = context.AttemptId,
                Exclusive = fields.Exclusive,
            }, stop);
            if (taken is null) return PokeResult.NotYet();
            context.Log.WriteLine($"event '{fields.Name}' of '{key}' came: {taken.Id}");
            return taken.Data is { } data ? PokeResult.Met(data) : PokeResult.Met();
        }
        catch (UpdraftException e) when (e.Code == EventErrors.Refused)
        {
            throw new FailTaskException(e.Message, e.Code, e);
        }
    }
}

/// <summary>The fields of <c>event</c>.</summary>
public sealed record EventFields
{
    /// <summary>The event's name.</summary>
    [Description("Name of the event.")]
    public required string Name { get; init; }

    /// <summary>Whom the event is about.</summary>
    [Description("Whom the event is about; the run's business key when it is not given.")]
    public string? Key { get; init; }

    /// <summary>Whether only one wait takes an event.</summary>
    [Description("Whether an event goes to one of the tasks that wait so, rather than to every one.")]
    public bool Exclusive { get; init; }

    /// <summary>How long to wait.</summary>
    [Description("How long to wait, from the start of the try; for ever when it is not given.")]
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether a missed deadline skips.</summary>
    [Description("Whether a missed deadline skips the task rather than failing it.")]
    public bool SoftFail { get; init; }
}
