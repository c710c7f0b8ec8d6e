using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Which try of which task instance is meant.</summary>
internal sealed class TryName
{
    /// <summary>Map keys of the instance, outermost first.</summary>
    public string[]? Keys { get; init; }

    /// <summary>Slots of the instance in place of its keys, as in <c>3</c> or <c>0-3</c>: what instances are listed with as their place.</summary>
    public string? Place { get; init; }

    /// <summary>The try, from 1. Default: the latest.</summary>
    public int? Try { get; init; }

    /// <summary>The instance that is meant.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoTask"/>.</exception>
    public async Task<InstanceDocument> FindAsync(RunView run, string task, RunFinder runs, RunReader reader, CancellationToken cancellation)
    {
        if (Place is not null && Place.Split('-').Any(slot => !int.TryParse(slot, NumberStyles.None, CultureInfo.InvariantCulture, out _))) throw new UpdraftException(ApiErrors.BadRequest, $"'place' is '{Place}': give slots, as in 3 or 0-3");
        var known = false;
        await foreach (var instance in reader.InstancesAsync(run, cancellation))
        {
            if (instance.Task != task || instance.Place.Contains(-1)) continue;
            if (IsMeant(instance)) return instance;
            known = true;
        }
        throw known && Keys is null && Place is null
            ? new UpdraftException(ApiErrors.NoTask, $"task '{task}' of run '{run.Request.RunId}' is mapped: say which instance, by 'keys' or 'place'")
            : await runs.NoTaskAsync(run, new InstanceSelector(task, [.. Keys ?? []]), cancellation);
    }

    /// <summary>The try that is meant.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoTry"/>.</exception>
    public int NumberOf(InstanceDocument instance)
    {
        var number = Try ?? Math.Max(instance.Try, 1);
        return number >= 1 && number <= Math.Max(instance.Try, 1) ? number
            : throw new UpdraftException(ApiErrors.NoTry, $"task '{instance.Task}' has no try {number}: it has {instance.Try}");
    }

    private bool IsMeant(InstanceDocument instance) =>
        Place is not null ? string.Join('-', instance.Place.Select(slot => slot.ToString(CultureInfo.InvariantCulture))) == Place
        : instance.Keys.AsSpan().SequenceEqual(Keys ?? []);
}
