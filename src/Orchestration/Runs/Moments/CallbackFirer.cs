using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Starts the callbacks of a moment: each is a run of a DAG of one task, named by the moment, so that the same moment makes it once. Thread-safe.</summary>
/// <param name="specs">Where the versions of DAGs are.</param>
/// <param name="runs">Triggers the callbacks' runs.</param>
/// <param name="alerts">Told of a callback that cannot be started, which changes nothing in the run that it is about.</param>
public sealed class CallbackFirer(SpecStore specs, RunClient runs, AlertLog alerts)
{
    /// <summary>What starts a callback's run.</summary>
    public const string Trigger = "callback";

    private readonly StoredVersions _versions = new(specs);

    /// <summary>Starts all callbacks of a moment.</summary>
    public async Task FireAsync(FireCallbacks moment, CancellationToken cancellation = default)
    {
        if (await runs.Reader.RequestAsync(moment.RunId, cancellation) is not { } run || await _versions.GetAsync(run.DagHash, cancellation) is not { } version) return; // Purged meanwhile.
        var callbacks = moment.TaskId is { } id ? version.Dag.Tasks.Single(task => task.Id == id).Callbacks : version.Dag.Callbacks;
        for (var index = 0; index < callbacks.Of(moment.Kind).Length; index++)
        {
            var dag = CallbackDag.Of(version.Dag, moment.Kind, moment.TaskId, index);
            var runId = RunIds.OfCause(dag.Name, Trigger, Cause(moment, index));
            try
            {
                await runs.TriggerAsync(new TriggerRun
                {
                    Dag = dag,
                    Operators = [.. version.Operators.Where(manifest => manifest.Name == dag.Tasks[0].Operator)],
                    Package = run.Package,
                    RunId = runId,
                    Conf = run.Conf,
                    Labels = run.Labels,
                    Trigger = Trigger,
                    LogicalDate = run.LogicalDate,
                    DataInterval = new DataInterval(run.DataIntervalStart, run.DataIntervalEnd),
                    BusinessKey = run.BusinessKey,
                    Parent = run.RunId,
                    About = About(run, moment),
                }, cancellation);
            }
            catch (UpdraftException refused)
            {
                await alerts.RaiseAsync(NotStarted(run, moment, runId, refused), cancellation);
            }
        }
    }

    private static string Cause(FireCallbacks moment, int index) => string.Create(CultureInfo.InvariantCulture,
        $"{moment.RunId}\n{moment.TaskId}\n{moment.Place}\n{moment.Try}\n{moment.Opened}\n{moment.Kind}\n{index}");

    /// <summary>What templates read under <c>about</c> (<see cref="CallbackDag.Members"/>).</summary>
    private static JsonElement About(RunRequest run, FireCallbacks moment) => JsonSerializer.SerializeToElement(new Dictionary<string, object?>
    {
        ["kind"] = moment.Kind.ToString().ToLowerInvariant(),
        ["run_id"] = run.RunId,
        ["dag"] = run.Dag,
        ["task"] = moment.TaskId ?? "",
        ["keys"] = moment.Keys,
        ["try"] = moment.Try,
        ["state"] = moment.State,
        ["reason"] = moment.Reason ?? "",
        ["logical_date"] = run.LogicalDate.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
    });

    private static Alert NotStarted(RunRequest run, FireCallbacks moment, string callback, UpdraftException refused) => new()
    {
        Id = Alert.IdOf(AlertKinds.CallbackNotStarted, callback),
        Kind = AlertKinds.CallbackNotStarted,
        Dag = run.Dag,
        RunId = run.RunId,
        Task = moment.TaskId,
        Message = $"a callback of '{moment.TaskId ?? run.Dag}' could not be started: {refused.Message}",
        At = moment.At,
    };
}
