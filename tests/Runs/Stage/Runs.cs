using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Scenes with more runs than one.</summary>
internal static class MoreRuns
{
    /// <summary>Triggers a run that names the one before.</summary>
    public static Task<TriggeredRun> TriggerAfterAsync(this Scene scene, DagSpec dag, string runId, string? previous) =>
        scene.Host.Runs.TriggerAsync(new TriggerRun { Dag = dag, Operators = [.. scene.Stage.Operators.Select(each => each.Manifest)], RunId = runId, Previous = previous });

    /// <summary>The one run of a DAG.</summary>
    public static async Task<RunView> OnlyRunAsync(this Scene scene, string dag) => await scene.ViewAsync((await scene.RunIdsAsync(dag)).Single());

    /// <summary>The runs of a DAG, or all, by id.</summary>
    public static async Task<IReadOnlyList<string>> RunIdsAsync(this Scene scene, string? dag = null)
    {
        var found = new List<string>();
        await foreach (var (entry, _) in scene.Host.Runs.ListAsync(dag)) found.Add(entry.RunId);
        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>What every run has come to, what was done for it, and which alerts there are: what no crash may change.</summary>
    public static async Task<string> StoryAsync(this Scene scene)
    {
        var story = new List<string>();
        foreach (var runId in await scene.RunIdsAsync())
        {
            var run = await scene.ViewAsync(runId);
            story.Add($"{runId}: {run.Body.Status} {run.Final} {run.Body.Reason} {await scene.StatesAsync(runId)} tries {string.Join(' ', scene.Stage.Attempts.Where(attempt => attempt.StartsWith(runId + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))}");
        }
        var alerts = await scene.Host.Actors.Alerts.ListAsync();
        return string.Join('\n', story.Concat(alerts.Alerts.Select(alert => $"{alert.Kind} {alert.RunId} {alert.Task}").Order(StringComparer.Ordinal)));
    }
}
