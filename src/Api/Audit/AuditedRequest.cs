using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>What becomes known of a request while it is worked on, for its entry in the audit log.</summary>
internal sealed class AuditedRequest
{
    private ImmutableSortedSet<string> _teams = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, string> _named = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The teams whose objects it asks for.</summary>
    public ImmutableSortedSet<string> Teams => _teams;

    /// <summary>What it is about, beside what the path says.</summary>
    public ImmutableSortedDictionary<string, string> Named => _named;

    /// <summary>Notes a team; null for what belongs to none.</summary>
    public void Concerns(string? team)
    {
        if (team is not null) ImmutableInterlocked.Update(ref _teams, static (teams, team) => teams.Add(team), team);
    }

    /// <summary>Notes what a body names.</summary>
    public void Names(string kind, string id) => ImmutableInterlocked.Update(ref _named, static (named, one) => named.SetItem(one.kind, one.id), (kind, id));
}
