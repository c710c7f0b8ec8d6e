using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>That somebody has done something, or tried to. Bodies, keys and other secrets are never in it.</summary>
public sealed record AuditEntry
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Names the request; its answer carries it as <c>X-Request-Id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked.</summary>
    public required string By { get; init; }

    /// <summary>How they had signed in: socket, open, key or platform; null where they had not.</summary>
    public string? Method { get; init; }

    /// <summary>The key with which they had; null for none.</summary>
    public string? KeyId { get; init; }

    /// <summary>The address from which it came; null when it has none.</summary>
    public string? Remote { get; init; }

    /// <summary>What was asked for: method and route, as in <c>POST /api/v1/runs/{runId}/cancel</c>, or <c>sign-in</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was about, by the names in the route. Long values are cut.</summary>
    public ImmutableSortedDictionary<string, string> Object { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The teams to which that belongs.</summary>
    public ImmutableArray<string> Teams { get; init; } = [];

    /// <summary>The HTTP status of the answer; null while it is worked on, and for ever where the process ended or the caller went before there was one.</summary>
    public int? Status { get; init; }
}

/// <summary>Which entries are wanted.</summary>
public sealed record AuditFilter
{
    /// <summary>Who asked; null for all.</summary>
    public string? By { get; init; }

    /// <summary>How the action begins, as in <c>DELETE</c>; null for all.</summary>
    public string? Action { get; init; }

    /// <summary>One of the teams that it concerns; null for all.</summary>
    public string? Team { get; init; }

    /// <summary>From this time on; null for the oldest.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this time; null for the newest.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What else an entry must be; null for nothing.</summary>
    public Func<AuditEntry, bool>? Where { get; init; }

    internal bool Takes(AuditEntry entry) =>
        (By is null || entry.By == By)
        && (Action is null || entry.Action.StartsWith(Action, StringComparison.Ordinal))
        && (Team is null || entry.Teams.Contains(Team))
        && (Where is null || Where(entry));
}

/// <summary>Some entries.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none. A page may be short or empty and have a next one.</param>
public sealed record AuditListing(ImmutableArray<AuditEntry> Entries, string? Next);
