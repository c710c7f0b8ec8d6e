using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Makes runs again: a whole run, or one task alone. Thread-safe.</summary>
public sealed class RunReruns(RunClient runs, SpecStore specs, DagCatalogue catalogue)
{
    private readonly StoredVersions _versions = new(specs);

    /// <summary>Makes a new run that repeats another and names it: with its conf, labels, dates and business key.</summary>
    /// <param name="runId">The run to repeat; it may be under way.</param>
    /// <param name="how">What differs; null for nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="RunErrors.NoSuchRun"/>, <see cref="RunErrors.NoSuchVersion"/>, or what a trigger refuses.</exception>
    public async Task<TriggeredRun> RerunAsync(string runId, Rerun? how = null, CancellationToken cancellation = default)
    {
        how ??= new Rerun();
        var original = await runs.Reader.RequestAsync(runId, cancellation) ?? throw new UpdraftException(RunErrors.NoSuchRun, $"there is no run '{runId}'");
        var version = how.Latest ? await catalogue.PinAsync(original.Dag, null, cancellation) : await PinAsync(original, cancellation);
        return await runs.TriggerAsync(version with
        {
            RunId = how.RunId,
            Conf = how.Conf ?? original.Conf,
            Labels = original.Labels,
            Trigger = "rerun",
            TriggeredBy = how.By,
            Note = how.Note,
            LogicalDate = original.LogicalDate,
            DataInterval = new DataInterval(original.DataIntervalStart, original.DataIntervalEnd),
            BusinessKey = how.Conf is null ? original.BusinessKey : null,
            Partition = original.Partition,
            RerunOf = runId,
        }, cancellation);
    }

    /// <summary>Makes a run of one task alone, without its upstreams, as for debugging: nothing that it makes or fails at is told to others.</summary>
    /// <param name="trigger">The DAG, and the conf to run the task with.</param>
    /// <param name="taskId">Full id of the task.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="RunErrors.NotAlone"/>, or what a trigger refuses.</exception>
    public Task<TriggeredRun> RunAloneAsync(TriggerRun trigger, string taskId, CancellationToken cancellation = default) => runs.TriggerAsync(trigger with
    {
        Dag = LoneTask.Of(trigger.Dag, taskId, trigger.Operators),
        Version = null,
        Trigger = "alone",
        TellsDag = false,
        Previous = null,
    }, cancellation);

    /// <summary>Makes a run of one task of a published DAG alone.</summary>
    /// <inheritdoc cref="RunAloneAsync(TriggerRun, string, CancellationToken)"/>
    /// <param name="dag">The DAG's name.</param>
    /// <param name="taskId">Full id of the task.</param>
    /// <param name="conf">The conf; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TriggeredRun> RunAloneAsync(string dag, string taskId, JsonElement? conf = null, CancellationToken cancellation = default) =>
        await RunAloneAsync(await catalogue.PinAsync(dag, null, cancellation) with { Conf = conf }, taskId, cancellation);

    private async Task<TriggerRun> PinAsync(RunRequest original, CancellationToken cancellation)
    {
        var version = await _versions.GetAsync(original.DagHash, cancellation)
            ?? throw new UpdraftException(RunErrors.NoSuchVersion, $"version {original.DagHash} of DAG '{original.Dag}' is not stored any more: rerun with the latest version");
        return new TriggerRun
        {
            Dag = version.Dag,
            Operators = version.Operators,
            Package = original.Package,
            PublishedAs = original.Dag,
            Team = original.Team,
            Version = original.DagHash,
            TellsDag = original.TellsDag,
        };
    }
}

/// <summary>How a run is repeated.</summary>
public sealed record Rerun
{
    /// <summary>Whether the latest published version is taken rather than the one that the run pinned. Default false.</summary>
    public bool Latest { get; init; }

    /// <summary>The conf; null for that of the original.</summary>
    public JsonElement? Conf { get; init; }

    /// <summary>Id of the new run; null for one made from the time.</summary>
    public string? RunId { get; init; }

    /// <summary>Who asks; null when unknown.</summary>
    public string? By { get; init; }

    /// <summary>Why; null for nothing said.</summary>
    public string? Note { get; init; }
}
