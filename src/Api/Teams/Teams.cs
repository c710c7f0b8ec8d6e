using System.Runtime.CompilerServices;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The teams of an installation. Thread-safe.</summary>
public sealed class Teams(IStateStore store, ApiKeys keys, DagCatalogue catalogue, TimeProvider clock)
{
    private const string All = "teams/";
    private const int LongestDescription = 500;

    /// <summary>A team; null when there is none of that name.</summary>
    public async Task<Team?> GetAsync(string name, CancellationToken cancellation = default) => (await store.GetAsync<Team>(PathOf(name), cancellation))?.Value;

    /// <summary>All teams, by name.</summary>
    public async IAsyncEnumerable<Team> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(All, null, cancellation))
            if (await store.GetAsync<Team>(listed.Path, cancellation) is { } team) yield return team.Value;
    }

    /// <summary>Defines a team, or describes one anew.</summary>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.Team"/>.</exception>
    public async Task<Team> DefineAsync(string name, DefineTeam define, string by, CancellationToken cancellation = default)
    {
        TeamName.Check(name);
        if (define.Description is { } text && (text.Length > LongestDescription || !PlainText.IsLine(text))) throw new UpdraftException(SecurityErrors.Team, $"'description' must be one line of at most {LongestDescription} printable characters");
        while (true)
        {
            var found = await store.GetAsync<Team>(PathOf(name), cancellation);
            var team = (found?.Value ?? new Team { Name = name, CreatedAt = clock.GetUtcNow(), CreatedBy = by }) with { Description = define.Description };
            if (await store.PutAsync(PathOf(name), team, found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag), cancellation: cancellation) is not null) return team;
        }
    }

    /// <summary>Removes a team that nothing belongs to any more; false when there is none.</summary>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.TeamInUse"/>.</exception>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellation = default)
    {
        if (await store.GetAsync<Team>(PathOf(name), cancellation) is not { } found) return false;
        if (await catalogue.ListAsync(cancellation: cancellation).FirstOrDefaultAsync(dag => dag.Team == name, cancellation) is { } dag)
            throw new UpdraftException(SecurityErrors.TeamInUse, $"the DAG '{dag.Name}' belongs to team '{name}': publish it for another team, or delete it, first");
        // Whoever held such a key would belong to the next team of this name.
        if (await keys.ListAsync(cancellation).FirstOrDefaultAsync(key => key.StateAt(clock.GetUtcNow()) is KeyState.Active && key.Grants.Any(grant => grant.Team == name), cancellation) is { } key)
            throw new UpdraftException(SecurityErrors.TeamInUse, $"the key {KeyToken.Prefix}{key.Id} ('{key.Name}') is for team '{name}': revoke it first");
        return await store.DeleteAsync(PathOf(name), found.ETag, cancellation);
    }

    /// <summary>Refuses a team that is not defined, where any is: until then, teams are what DAGs and keys say.</summary>
    /// <param name="team">The team that is named; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.UndefinedTeam"/>.</exception>
    public async Task DemandDefinedAsync(string? team, CancellationToken cancellation = default)
    {
        if (team is null || (TeamName.IsName(team) && await GetAsync(team, cancellation) is not null)) return;
        TeamName.Check(team);
        if (await store.ListAsync(All, null, cancellation).AnyAsync(cancellation))
            throw new UpdraftException(SecurityErrors.UndefinedTeam, $"there is no team '{team}': define it first, as with PUT {UpdraftApi.Prefix}/teams/{team}, or name one that there is");
    }

    private static string PathOf(string name) => All + DocumentPath.Of(name);
}
