using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>An operator that waits for a condition: it is asked again and again until the condition holds. No worker is held in between.</summary>
public interface ISensorOperator : IOperator
{
    /// <summary>Who shares a look: all who ever wait for the condition, those who wait at that moment, or nobody.</summary>
    SensorMemory Memory { get; }

    /// <summary>
    /// What is waited for, in full: waits whose conditions are equal share their looks, whatever their runs. Null when this wait shares with
    /// nobody. By default the fields, but those that say how to wait (<see cref="WaitFields"/>).
    /// </summary>
    /// <param name="context">What the attempt is. What the condition takes of it must show in what is returned.</param>
    /// <param name="fields">The task's <c>with</c>, templates resolved.</param>
    JsonElement? ConditionOf(TaskContext context, JsonElement fields) => WaitCondition.Of(fields);

    /// <summary>How to wait, by the task's fields; null for <see cref="WaitPolicy.Sensor"/>.</summary>
    WaitPolicy? PolicyOf(JsonElement fields);

    /// <summary>Looks once. An exception is a look that failed; the policy says how many in a row are tolerated.</summary>
    /// <param name="context">What the attempt is.</param>
    /// <param name="fields">The task's <c>with</c>, templates resolved.</param>
    /// <param name="state">What the last look returned as state; null at the first.</param>
    /// <param name="stop">Cancelled when the host shuts down.</param>
    /// <exception cref="SkipTaskException">The task skips itself.</exception>
    /// <exception cref="FailTaskException">No further look can mend it.</exception>
    Task<PokeResult> PokeAsync(TaskContext context, JsonElement fields, JsonElement? state, CancellationToken stop);
}

/// <summary>How long a condition that held counts, and for whom.</summary>
public enum SensorMemory
{
    /// <summary>It stays true, as a partition that exists, a time that has passed: it is remembered, and not looked at again for those who wait for it later.</summary>
    Lasting,

    /// <summary>It is true at the moment of the look only, as a free slot, a healthy service: for all who wait at that moment.</summary>
    Momentary,

    /// <summary>It is the attempt's own, as an event that one wait takes: each wait looks for itself.</summary>
    Own,
}

/// <summary>What a look found.</summary>
public sealed record PokeResult
{
    private PokeResult(bool met) => IsMet = met;

    /// <summary>Whether the condition holds.</summary>
    public bool IsMet { get; }

    /// <summary>The task's output once the condition holds; null for nothing.</summary>
    public JsonElement? Value { get; private init; }

    /// <summary>What to be handed at the next look, up to 2 KB of JSON; null for nothing.</summary>
    public JsonElement? State { get; private init; }

    /// <summary>When to look again; null leaves it to the policy.</summary>
    public TimeSpan? NextPokeAfter { get; init; }

    /// <summary>The condition holds; nothing is handed over.</summary>
    public static PokeResult Met() => new(true);

    /// <summary>The condition holds, and a value is handed over, written as JSON in camel case.</summary>
    public static PokeResult Met<T>(T value) => new(true) { Value = JsonSerializer.SerializeToElement(value, CodeJson.Options) };

    /// <summary>The condition does not hold yet.</summary>
    public static PokeResult NotYet(JsonElement? state = null) => new(false) { State = state };
}

/// <summary>A sensor with typed fields.</summary>
/// <typeparam name="TFields">A record whose properties are the fields of <c>with</c>, in snake case.</typeparam>
public abstract class SensorOperator<TFields> : ISensorOperator
{
    /// <summary>Reads the manifest from the class and from <typeparamref name="TFields"/>.</summary>
    protected SensorOperator() => Manifest = OperatorDescription.Of<TFields>(GetType(), OperatorKind.Sensor);

    /// <inheritdoc/>
    public OperatorManifest Manifest { get; }

    /// <inheritdoc/>
    public abstract SensorMemory Memory { get; }

    /// <inheritdoc cref="ISensorOperator.PokeAsync"/>
    public abstract Task<PokeResult> PokeAsync(TaskContext context, TFields fields, JsonElement? state, CancellationToken stop);

    /// <inheritdoc cref="ISensorOperator.PolicyOf"/>
    public virtual WaitPolicy? PolicyOf(TFields fields) => null;

    /// <inheritdoc cref="ISensorOperator.ConditionOf"/>
    public virtual JsonElement? ConditionOf(TaskContext context, TFields fields) => WaitCondition.Of(JsonSerializer.SerializeToElement(fields, OperatorFields.Options));

    Task<PokeResult> ISensorOperator.PokeAsync(TaskContext context, JsonElement fields, JsonElement? state, CancellationToken stop) =>
        PokeAsync(context, OperatorFields.Bind<TFields>(Manifest.Name, fields), state, stop);

    JsonElement? ISensorOperator.ConditionOf(TaskContext context, JsonElement fields) => ConditionOf(context, OperatorFields.Bind<TFields>(Manifest.Name, fields));

    WaitPolicy? ISensorOperator.PolicyOf(JsonElement fields) => PolicyOf(OperatorFields.Bind<TFields>(Manifest.Name, fields));
}
