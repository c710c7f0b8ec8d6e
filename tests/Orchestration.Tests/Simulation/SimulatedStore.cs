using System.Globalization;
using System.Runtime.CompilerServices;

namespace Updraft.Orchestration.Tests;

/// <summary>Documents in memory. Every call takes effect at one moment drawn by the simulator and answers at a later one; either may fail.</summary>
internal sealed class SimulatedStore(Simulator simulator) : IStateStore
{
    private readonly SortedDictionary<string, (byte[] Content, string ETag, string? Summary, string? WriteId)> _documents = new(StringComparer.Ordinal);
    private long _etag;

    /// <summary>Probability that a call fails: half before it takes effect, half after.</summary>
    public double Faults { get; set; }

    /// <summary>Called before each effect, as in <c>put runs/1/head/</c>.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Called after each effect.</summary>
    public Action<string>? After { get; set; }

    /// <summary>Holds a call back, before its effect, until something else has happened.</summary>
    public Func<string, Task>? Gate { get; set; }

    public int Writes { get; private set; }

    public IEnumerable<string> Paths => _documents.Keys;

    /// <summary>A document as it is at the moment.</summary>
    public ReadOnlyMemory<byte> Read(string path) => _documents[path].Content;

    public Task<Document?> GetAsync(string path, CancellationToken cancellation = default) => DoAsync($"get {path}", () =>
        _documents.TryGetValue(path, out var found) ? new Document(found.Content, found.ETag) : null);

    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default) => DoAsync<string?>($"put {path}", () =>
    {
        Assert.True(write.Summary is null || System.Text.Encoding.UTF8.GetByteCount(write.Summary) <= DocumentWrite.MaxSummary);
        var exists = _documents.TryGetValue(path, out var found);
        if (exists && write.WriteId is { } id && found.WriteId == id) return found.ETag;
        if (write.If.Absent ? exists : write.If.ETag is { } etag && (!exists || found.ETag != etag)) return null;
        var stored = (++_etag).ToString(CultureInfo.InvariantCulture);
        _documents[path] = (write.Content.ToArray(), stored, write.Summary, write.WriteId);
        Writes++;
        return stored;
    });

    public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default) => DoAsync($"delete {path}", () =>
    {
        if (!_documents.TryGetValue(path, out var found) || (etag is not null && etag != found.ETag)) return false;
        Writes++;
        return _documents.Remove(path);
    });

    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var entries = await DoAsync($"list {prefix}", () => _documents
            .Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(document.Key, after) > 0))
            .Select(document => new DocumentEntry(document.Key, document.Value.ETag, document.Value.Summary)).ToList());
        foreach (var entry in entries) yield return entry;
    }

    private async Task<T> DoAsync<T>(string what, Func<T> effect)
    {
        await simulator.StepAsync();
        if (Gate?.Invoke(what) is { } gate) await gate;
        var fails = Faults > 0 && simulator.Chance(Faults);
        var late = fails && simulator.Chance(0.5);
        if (fails && !late) throw new IOException($"{what} failed");
        Before?.Invoke(what);
        var result = effect();
        After?.Invoke(what);
        await simulator.StepAsync();
        if (late) throw new IOException($"the answer of {what} was lost");
        return result;
    }
}
