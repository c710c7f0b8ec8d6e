using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Updraft.Cli;

/// <summary>How a data folder is hosted.</summary>
internal sealed record LocalHostOptions
{
    /// <summary>Full path of the data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The storage account that holds documents and blobs, as it was named; null for the one that the folder goes with, or the folder itself.</summary>
    public string? Storage { get; init; }

    /// <summary>The one run that is driven, and all others stay as they are; null to drive everything.</summary>
    public string? OnlyRun { get; init; }

    /// <summary>Workers of the lanes that are given a number of their own.</summary>
    public ImmutableSortedDictionary<string, int> Lanes { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where the host's own logs go.</summary>
    public required ILoggerFactory Logging { get; init; }
}
