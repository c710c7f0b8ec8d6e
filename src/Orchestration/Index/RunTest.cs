using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Whether runs fit a filter, as far as what is read of them says so. Pure.</summary>
internal sealed class RunTest(RunFilter filter, Func<string?, bool>? maySee)
{
    private readonly ImmutableArray<(string Param, ImmutableArray<string> Terms)> _conf = [.. filter.Conf.Select(each => (each.Key, ConfTerms.Meant(each.Value)))];

    /// <summary>By what never changes.</summary>
    public bool Fits(RunIndexEntry entry) =>
        (filter.Dag is null || filter.Dag == entry.Dag)
        && (filter.BusinessKey is null || filter.BusinessKey == entry.BusinessKey)
        && (filter.Since is not { } since || entry.CreatedAt >= since)
        && (filter.Until is not { } until || entry.CreatedAt < until)
        && (filter.Trigger is null || entry.Summary.TryGetProperty("trigger", out var trigger) && trigger.GetString() == filter.Trigger)
        // Of an old entry only the request says the rest.
        && (entry.Complete is not true || (Sees(entry.Team) && _conf.All(each => entry.Conf?.GetValueOrDefault(each.Param) is { } term && each.Terms.Contains(term))));

    /// <summary>By its present state.</summary>
    public bool Fits(RunSummary summary) => filter.Statuses.IsEmpty || filter.Statuses.Contains(summary.Status);

    /// <summary>By what people say of it.</summary>
    public bool Fits(RunIndexEntry entry, ImmutableSortedDictionary<string, string> labels, string? note) =>
        filter.Labels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && (filter.Text is not { } text || Holds(entry.RunId, text) || Holds(entry.Dag, text) || Holds(entry.BusinessKey, text) || Holds(note, text)
            || labels.Any(label => Holds(label.Key, text) || Holds(label.Value, text) || Holds($"{label.Key}={label.Value}", text)));

    private bool Sees(string? team) => (filter.Team is null || filter.Team == team) && maySee?.Invoke(team) != false;

    private static bool Holds(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) is true;
}
