using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// A sensor whose backend can look at many conditions in one call. Whenever one of them is due, all that wait at the same backend are looked
/// at with it.
/// </summary>
public interface IMultiSensor : ISensorOperator
{
    /// <summary>Conditions that one call looks at, at most; more take several calls. 1 or more.</summary>
    int MaxTogether { get; }

    /// <summary>
    /// Names the backend of a condition, as in <c>warehouse</c>: the connection, and what else one call cannot reach across, such as a
    /// container. Conditions of the same operator and the same text are looked at together.
    /// </summary>
    /// <param name="fields">The task's <c>with</c>, templates resolved.</param>
    string BackendOf(JsonElement fields);

    /// <summary>
    /// Looks at conditions of one backend, which are all different. An exception is a look that failed for all of them; what concerns only
    /// some of them is told by their answers.
    /// </summary>
    /// <param name="pokes">The conditions, at most <see cref="MaxTogether"/>.</param>
    /// <param name="stop">Cancelled when the host shuts down.</param>
    /// <returns>An answer for each, in the same order.</returns>
    Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke> pokes, CancellationToken stop);
}

/// <summary>A condition to look at.</summary>
/// <param name="Context">One of the attempts that wait for it: the look is made in its name, with its log and its connections.</param>
/// <param name="Fields">Its fields, templates resolved.</param>
/// <param name="State">What the last look returned as state; null at the first.</param>
public sealed record SensorPoke(TaskContext Context, JsonElement Fields, JsonElement? State);

/// <inheritdoc cref="SensorPoke"/>
/// <typeparam name="TFields">A record whose properties are the fields of <c>with</c>, in snake case.</typeparam>
public sealed record SensorPoke<TFields>(TaskContext Context, TFields Fields, JsonElement? State);

/// <summary>What a look at many conditions found out about one of them.</summary>
public sealed record PokeAnswer
{
    private PokeAnswer()
    {
    }

    /// <summary>What it found; null when it failed.</summary>
    public PokeResult? Result { get; private init; }

    /// <summary>
    /// Why it failed; null when it did not. A <see cref="SkipTaskException"/> or <see cref="FailTaskException"/> ends the waits for the
    /// condition, any other counts as a look that failed.
    /// </summary>
    public Exception? Error { get; private init; }

    /// <summary>It was looked at.</summary>
    public static PokeAnswer Of(PokeResult result) => new() { Result = result };

    /// <summary>It could not be looked at, or no further look can mend it.</summary>
    public static PokeAnswer Failed(Exception error) => new() { Error = error };
}

/// <summary>A sensor with typed fields that looks at many conditions in one call.</summary>
/// <typeparam name="TFields">A record whose properties are the fields of <c>with</c>, in snake case.</typeparam>
public abstract class MultiSensorOperator<TFields> : SensorOperator<TFields>, IMultiSensor
{
    /// <inheritdoc/>
    public virtual int MaxTogether => 1_000;

    /// <inheritdoc cref="IMultiSensor.BackendOf"/>
    public abstract string BackendOf(TFields fields);

    /// <inheritdoc cref="IMultiSensor.PokeManyAsync"/>
    public abstract Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke<TFields>> pokes, CancellationToken stop);

    /// <summary>Looks at one condition: many of which there is one.</summary>
    public sealed override async Task<PokeResult> PokeAsync(TaskContext context, TFields fields, JsonElement? state, CancellationToken stop)
    {
        var answer = (await PokeManyAsync([new(context, fields, state)], stop)).Single();
        if (answer.Error is { } error) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return answer.Result!;
    }

    string IMultiSensor.BackendOf(JsonElement fields) => BackendOf(OperatorFields.Read<TFields>(Manifest.Name, fields));

    async Task<IReadOnlyList<PokeAnswer>> IMultiSensor.PokeManyAsync(IReadOnlyList<SensorPoke> pokes, CancellationToken stop)
    {
        var (answers, bound) = (new PokeAnswer[pokes.Count], new List<(int Index, SensorPoke<TFields> Poke)>());
        foreach (var (index, poke) in pokes.Index())
        {
            try
            {
                bound.Add((index, new SensorPoke<TFields>(poke.Context, OperatorFields.Bind<TFields>(Manifest.Name, poke.Fields), poke.State)));
            }
            catch (UpdraftException broken)
            {
                // One whose fields do not fit is no reason for the others to fail.
                answers[index] = PokeAnswer.Failed(broken);
            }
        }
        if (bound.Count == 0) return answers;
        foreach (var (place, answer) in (await PokeManyAsync([.. bound.Select(each => each.Poke)], stop)).Index()) answers[bound[place].Index] = answer;
        return answers;
    }
}
