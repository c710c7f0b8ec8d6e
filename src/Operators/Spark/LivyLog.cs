using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>
/// A driver's log by Livy's offsets. Livy keeps the last lines only (200 unless configured), and counts from the first that it still has, so an
/// offset alone would soon point at the wrong line: the lines before it are known by their fingerprints, and looked for when others stand there.
/// After the driver's output come sections of the server's own, as YARN's diagnostics; they change, and so are written at the end.
/// </summary>
internal sealed class LivyLog(ServiceClient service, string batches, ITaskLog log) : IDriverLog
{
    internal const int PageLines = 500;
    private const int MaxPages = 200;
    private const int Marks = 5;
    private const int Tail = 50;

    public bool GoesWithTheBatch => true;

    public async Task<DriverLogRead> AppendAsync(LivyBatch batch, JsonElement? place, bool last, CancellationToken cancellation)
    {
        var before = place?.Deserialize<Place>() ?? new Place(0, []);
        var (from, known) = (before.Next - before.Seen.Length, before.Seen.Length);
        if (await ReadAsync(batch.Id, from, cancellation) is not { } lines) return new DriverLogRead(place, batch.LastLines);
        if (!Stands(before.Seen, lines, 0))
        {
            (from, lines) = (0, await ReadAsync(batch.Id, 0, cancellation) ?? []);
            known = Enumerable.Range(0, lines.Count).LastOrDefault(at => Stands(before.Seen, lines, at), -1) is >= 0 and var at ? at + before.Seen.Length : 0;
            if (known == 0) log.WriteLine("[lines are missing here: the server drops old ones, and wrote more than it keeps since the last look]");
        }
        // A line of the driver has no line break; the heading of a section begins with one.
        var end = lines.FindIndex(line => line.StartsWith('\n'));
        if (end < 0) end = lines.Count;
        for (var i = known; i < end; i++)
            if (from + i > 0 || lines[i].TrimEnd() != "stdout:") log.WriteLine(lines[i]);
        var sections = lines.Skip(end).Select(line => line.Trim()).ToList();
        if (last && sections.Exists(line => line.Length > 0 && !line.EndsWith(':')))
            foreach (var line in sections) log.WriteLine(line);
        ImmutableArray<string> seen = [.. lines.Take(end).TakeLast(Marks).Select(MarkOf)];
        return new DriverLogRead(JsonSerializer.SerializeToElement(new Place(from + end, seen)), [.. lines.TakeLast(Tail)]);
    }

    /// <summary>All lines from an offset; null when the server does not serve the log.</summary>
    private async Task<List<string>?> ReadAsync(string id, int from, CancellationToken cancellation)
    {
        var lines = new List<string>();
        for (var page = 0; page < MaxPages; page++)
        {
            if (await service.CallAsync(HttpMethod.Get, $"{batches}/{id}/log?from={from + lines.Count}&size={PageLines}", mayMiss: true, cancellation: cancellation) is not { } answer) return null;
            var json = answer.Json();
            if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty("log", out var found) || found.ValueKind is not JsonValueKind.Array) return null;
            lines.AddRange(found.EnumerateArray().Select(line => line.ToString()));
            if (found.GetArrayLength() < PageLines) break;
        }
        return lines;
    }

    private static bool Stands(ImmutableArray<string> seen, List<string> lines, int at) =>
        at + seen.Length <= lines.Count && seen.Select((mark, i) => mark == MarkOf(lines[at + i])).All(same => same);

    private static string MarkOf(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)).AsSpan(0, 6));

    /// <summary>How far a log is read.</summary>
    /// <param name="Next">Offset of the next line.</param>
    /// <param name="Seen">Fingerprints of the lines before it.</param>
    private sealed record Place(int Next, ImmutableArray<string> Seen);
}
