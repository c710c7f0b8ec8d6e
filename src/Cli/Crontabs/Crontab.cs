using System.Collections.Immutable;

namespace Updraft.Cli;

/// <summary>A job of a crontab, as cron would run it.</summary>
internal sealed record CrontabJob
{
    /// <summary>Its line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Five fields, or a name as in <c>@daily</c>.</summary>
    public required string Schedule { get; init; }

    /// <summary>As whom cron runs it; null in a user's own crontab.</summary>
    public string? User { get; init; }

    /// <summary>What the shell is given.</summary>
    public required string Command { get; init; }

    /// <summary>What the command reads from its standard input, a line each; empty for nothing.</summary>
    public ImmutableArray<string> Input { get; init; } = [];

    /// <summary>Variables that stand before it.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }
}

/// <summary>A line that cannot be imported.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why.</param>
internal sealed record CrontabRefusal(int Line, string Reason);

/// <summary>What a crontab holds.</summary>
internal sealed record Crontab(ImmutableArray<CrontabJob> Jobs, ImmutableArray<CrontabRefusal> Refused);
