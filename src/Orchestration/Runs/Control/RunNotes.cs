using System.Collections.Immutable;

namespace Updraft.Orchestration;

/// <summary>Notes and labels of runs as they are now: those of the trigger, until somebody changes them. They lie beside the run's own documents. Thread-safe.</summary>
public sealed class RunNotes(IStateStore store, TimeProvider clock)
{
    private readonly RunReader _reader = new(store);
    private readonly RunIndex _index = new(store);

    /// <summary>The note and labels of a run; null when there is no such run.</summary>
    public async Task<RunNote?> GetAsync(string runId, CancellationToken cancellation = default)
    {
        if (await _reader.RequestAsync(runId, cancellation) is not { } request) return null;
        return (await store.GetAsync<RunNote>(PathOf(runId), cancellation))?.Value ?? Of(request);
    }

    /// <summary>Changes the note and labels of a run. False when there is no such run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="change">What changes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Dags.UpdraftException"><see cref="TriggerErrors.TextRefused"/>.</exception>
    public Task<bool> ChangeAsync(string runId, ChangeNote change, CancellationToken cancellation = default) => ChangeAsync(runId, change, null, cancellation);

    /// <inheritdoc cref="ChangeAsync(string, ChangeNote, CancellationToken)"/>
    /// <param name="runId">The run.</param>
    /// <param name="change">What changes.</param>
    /// <param name="check">Told of what is changed; what it throws keeps it as it is. Null for no check.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> ChangeAsync(string runId, ChangeNote change, Action<RunNote>? check, CancellationToken cancellation)
    {
        InputText.Checked(TriggerErrors.TextRefused, "the note", change.Note, RunClient.MaxNote, lines: true);
        foreach (var (name, value) in change.Labels)
        {
            if (name.Length == 0) throw new Dags.UpdraftException(TriggerErrors.TextRefused, "a label has no name");
            InputText.Checked(TriggerErrors.TextRefused, "the name of a label", name, RunClient.MaxLabelName);
            InputText.Checked(TriggerErrors.TextRefused, $"label '{name}'", value, RunClient.MaxLabelValue);
        }
        while (true)
        {
            if (await _reader.RequestAsync(runId, cancellation) is not { } request) return false;
            var found = await store.GetAsync<RunNote>(PathOf(runId), cancellation);
            var now = found?.Value ?? Of(request);
            check?.Invoke(now);
            var labels = now.Labels.RemoveRange(change.Labels.Where(label => label.Value is null).Select(label => label.Key))
                .SetItems(change.Labels.Where(label => label.Value is not null).Select(label => KeyValuePair.Create(label.Key, label.Value!)));
            if (labels.Count > RunClient.MaxLabels) throw new Dags.UpdraftException(TriggerErrors.TextRefused, $"a run has at most {RunClient.MaxLabels} labels, and this would make {labels.Count}");
            var next = now with { Note = change.Note is null ? now.Note : change.Note.Length == 0 ? null : change.Note, Labels = labels, ChangedAt = clock.GetUtcNow(), ChangedBy = change.By };
            var condition = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
            var entry = RunIndexEntry.Of(request, 0, RunSummary.Of(request, new RunBody()).ToJson());
            // Whoever finds the run by a new label looks here for it: so here it is said last.
            await _index.NoteAsync(entry, cancellation);
            await _index.LabelAsync(entry, labels.Except(now.Labels), cancellation);
            if (await store.PutAsync(PathOf(runId), next, condition, cancellation: cancellation) is null) continue;
            await UnlabelAsync(entry, [.. now.Labels.Except(labels)], cancellation);
            return true;
        }
    }

    private async Task UnlabelAsync(RunIndexEntry entry, ImmutableArray<KeyValuePair<string, string>> labels, CancellationToken cancellation)
    {
        if (labels.IsEmpty) return;
        await _index.UnlabelAsync(entry, labels, cancellation);
        // Somebody else may have given it one of them again, and must not lose it.
        if (await GetAsync(entry.RunId, cancellation) is { } now) await _index.LabelAsync(entry, labels.Intersect(now.Labels), cancellation);
    }

    private static RunNote Of(RunRequest request) => new() { Note = request.Note, Labels = request.Labels };

    internal static string PathOf(string runId) => RunPaths.Of(runId).Path + "note/";
}

/// <summary>The note and labels of a run.</summary>
public sealed record RunNote
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What people say of the run; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>When they were last changed; null for never since the trigger.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Who changed them; null when unknown, and for never.</summary>
    public string? ChangedBy { get; init; }
}

/// <summary>A change of a run's note and labels.</summary>
public sealed record ChangeNote
{
    /// <summary>The note; empty to remove it, null to leave it as it is.</summary>
    public string? Note { get; init; }

    /// <summary>Labels to set, and with null to remove. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string?> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);

    /// <summary>Who asks; null when unknown.</summary>
    public string? By { get; init; }
}
