using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What a listing of the catalogue shows of a DAG.</summary>
public sealed record PublishedSummary
{
    private const int LongestText = 160;

    /// <inheritdoc cref="PublishedDag.Name"/>
    public required string Name { get; init; }

    /// <summary>Hash of the current version; null when the DAG was removed.</summary>
    public string? Hash { get; init; }

    /// <summary>Number of the current version.</summary>
    public int Number { get; init; }

    /// <inheritdoc cref="PublishedDag.Team"/>
    public string? Team { get; init; }

    /// <inheritdoc cref="PublishedDag.Paused"/>
    public bool Paused { get; init; }

    /// <summary>Why it is paused, shortened; null when nothing was said.</summary>
    public string? PauseReason { get; init; }

    /// <summary>When it runs by itself, in words, shortened; null for never.</summary>
    public string? Schedule { get; init; }

    /// <inheritdoc cref="PublishedDag.IsExperiment"/>
    public bool Experiment { get; init; }

    /// <inheritdoc cref="PublishedDag.PublishedAt"/>
    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Whether something that follows from the last change is still to be done.</summary>
    public bool Owed { get; init; }

    /// <summary>The summary of a document.</summary>
    public static PublishedSummary Of(PublishedDag dag) => new()
    {
        Name = dag.Name,
        Hash = dag.Current?.Hash,
        Number = dag.Current?.Number ?? dag.LastNumber,
        Team = dag.Team,
        Paused = dag.Paused,
        PauseReason = Short(dag.PauseReason),
        Schedule = Short(Text(dag.Schedule)),
        Experiment = dag.IsExperiment,
        PublishedAt = dag.PublishedAt,
        Owed = dag.Told < dag.Sequence,
    };

    /// <summary>As a document's summary.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, OrchestrationJson.Options);

    private static string? Text(ScheduleSpec? schedule)
    {
        if (schedule is null) return null;
        var clock = schedule.Cron is { } cron ? schedule.TimeZone == ScheduleSpec.DefaultTimeZone ? cron : $"{cron} ({schedule.TimeZone})"
            : schedule.Every is { } every ? $"every {Durations.Format(every)}" : null;
        var datasets = schedule.Datasets is { } condition ? "on " + string.Join(", ", condition.Names()) : null;
        return string.Join("; ", new[] { clock, datasets }.OfType<string>());
    }

    // A summary has a limit in bytes, and what is not ASCII may be written as its number.
    private static string? Short(string? text)
    {
        if (text is null) return null;
        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.IsAscii && rune.Value is >= ' ' and not ('"' or '\\') ? 1 : rune.IsBmp ? 6 : 12;
            if (bytes > LongestText) return text[..length] + "…";
            length += rune.Utf16SequenceLength;
        }
        return text;
    }
}
