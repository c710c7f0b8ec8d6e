using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>What becomes known of a request while it is worked on, for its entry in the audit log.</summary>
internal sealed class AuditedRequest
{
    private ImmutableSortedSet<string> _teams = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>The teams whose objects it asks for.</summary>
    public ImmutableSortedSet<string> Teams => _teams;

    /// <summary>Notes a team; null for what belongs to none.</summary>
    public void Concerns(string? team)
    {
        if (team is not null) ImmutableInterlocked.Update(ref _teams, static (teams, team) => teams.Add(team), team);
    }
}
