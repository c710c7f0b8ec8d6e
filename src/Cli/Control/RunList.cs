using System.Collections.Immutable;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Which runs are wanted: those of which all that is said here is true.</summary>
internal sealed record RunFilter
{
    /// <summary>Most runs that a filter finds.</summary>
    public const int Most = 10_000;

    public string? Dag { get; init; }

    public RunStatus? State { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Made at this time or later; null for any.</summary>
    public DateTimeOffset? Since { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEmpty => Dag is null && State is null && Labels.IsEmpty && Since is null;

    /// <summary>The runs, newest first.</summary>
    public async Task<ImmutableArray<RunLine>> FindAsync(RunReader reader, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<RunLine>();
        await foreach (var (entry, summary) in reader.ListAsync(Dag, cancellation))
        {
            if (entry.CreatedAt < Since || found.Count == Most) break;
            if (State is { } state && summary.Status != state) continue;
            if (!Labels.IsEmpty && !HasLabels(await reader.RequestAsync(entry.RunId, cancellation))) continue;
            found.Add(RunLine.Of(entry, summary));
        }
        return found.ToImmutable();
    }

    private bool HasLabels(RunRequest? run) => run is not null && Labels.All(label => run.Labels.GetValueOrDefault(label.Key) == label.Value);
}
