using Updraft.Operators;

namespace Updraft.Api;

/// <summary>Says what somebody may do with what names only a DAG or a run. Of one that is gone, only who may everywhere may.</summary>
public sealed class TeamFinder(RunServices services)
{
    /// <summary>Whether they may do what a role may with what belongs to a published DAG.</summary>
    public async Task<bool> MayWithDagAsync(Access access, Role role, string dag, CancellationToken cancellation) =>
        access.MayEverywhere(role) || (await services.Catalogue.GetAsync(dag, cancellation) is { } found && access.May(role, found.Team));

    /// <summary>Whether they may do what a role may with what belongs to a run.</summary>
    public async Task<bool> MayWithRunAsync(Access access, Role role, string runId, CancellationToken cancellation) =>
        access.MayEverywhere(role) || (await services.Runs.Reader.RequestAsync(runId, cancellation) is { } found && access.May(role, found.Team));
}
