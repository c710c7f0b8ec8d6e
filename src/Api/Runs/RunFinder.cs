using System.Collections.Immutable;
using System.Text;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Finds runs for whoever may see them, and says what may have been meant where there is none.</summary>
public sealed class RunFinder(RunServices services, IApiHost host)
{
    private const int Searched = 500;

    /// <summary>A run.</summary>
    /// <exception cref="UpdraftException">There is none, as far as who asks may know, or they may see it and not do this.</exception>
    public async Task<RunView> GetAsync(string runId, Access access, Role role, CancellationToken cancellation)
    {
        if (await services.Runs.Reader.GetAsync(runId, cancellation) is not { } run || !access.May(Role.Viewer, run.Request.Team)) throw await NoRunAsync(runId, access, cancellation);
        access.Demand(role, run.Request.Team);
        return run;
    }

    /// <summary>The version of a DAG that a run is pinned to.</summary>
    public async Task<DagSpec> DagOfAsync(RunRequest run, CancellationToken cancellation)
    {
        var json = await services.Actors.Specs.GetSpecAsync(run.DagHash, cancellation)
            ?? throw new UpdraftException(ApiErrors.NoRun, $"run '{run.RunId}' is of a version of DAG '{run.Dag}' that is no longer in {host.Name}");
        return DagJson.Parse(Encoding.UTF8.GetString(json.Span));
    }

    /// <summary>The instances that were named, when the run has them all; all of the run when nothing was named.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoTask"/>.</exception>
    public async Task<ImmutableArray<InstanceSelector>> SelectAsync(RunView run, ImmutableArray<InstanceSelector> named, CancellationToken cancellation)
    {
        var dag = await DagOfAsync(run.Request, cancellation);
        if (named.IsDefaultOrEmpty) return [.. dag.Tasks.Select(task => new InstanceSelector(task.Id, []))];
        var known = dag.Tasks.Select(task => task.Id).Concat(dag.Groups.Select(group => group.Id)).ToList();
        foreach (var each in named.Where(each => !known.Contains(each.TaskId))) throw NoTask(run, each, Suggestion.For(each.TaskId, known));
        if (named.Any(each => !each.Keys.IsEmpty))
        {
            var instances = await services.Runs.Reader.InstancesAsync(run, cancellation).ToListAsync(cancellation);
            foreach (var each in named.Where(each => !each.Keys.IsEmpty && !instances.Any(instance => Holds(each, instance)))) throw NoTask(run, each);
        }
        return named;
    }

    /// <summary>That there is no such run, and which was meant.</summary>
    public async Task<UpdraftException> NoRunAsync(string runId, Access access, CancellationToken cancellation)
    {
        var newest = await new RunIndex(services.Ports.State).ListAsync(null, null, Searched, cancellation);
        var meant = access.MayEverywhere(Role.Viewer) ? Suggestion.For(runId, newest.Entries.Select(entry => entry.RunId)) : "";
        return new UpdraftException(ApiErrors.NoRun, $"there is no run '{runId}' in {host.Name}{meant}; see 'updraft runs'");
    }

    /// <summary>That the run has no such task instance, and which task was meant.</summary>
    public async Task<UpdraftException> NoTaskAsync(RunView run, InstanceSelector named, CancellationToken cancellation) =>
        NoTask(run, named, named.Keys.IsEmpty ? Suggestion.For(named.TaskId, (await DagOfAsync(run.Request, cancellation)).Tasks.Select(task => task.Id)) : "");

    private static UpdraftException NoTask(RunView run, InstanceSelector named, string meant = "") =>
        new(ApiErrors.NoTask, $"run '{run.Request.RunId}' has no {(named.Keys.IsEmpty ? "task or group" : "task instance")} '{named.TaskId}{string.Concat(named.Keys.Select(key => $"[{key}]"))}'{meant}; see 'updraft show'");

    private static bool Holds(InstanceSelector named, InstanceDocument instance) =>
        (instance.Task == named.TaskId || instance.Task.StartsWith(named.TaskId + ".", StringComparison.Ordinal))
        && instance.Keys.Length >= named.Keys.Length && instance.Keys.AsSpan(0, named.Keys.Length).SequenceEqual(named.Keys.AsSpan());
}
