using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>
/// A driver's log in Synapse, which has no log by offset in its Livy but serves the driver's two streams from Spark's history. What was
/// appended before is left out here; a line is appended once it is whole.
/// </summary>
internal sealed class SynapseLog(ServiceClient service, string pool, ITaskLog log) : IDriverLog
{
    private const int TailBytes = 8192;
    private static readonly string[] Streams = ["stderr", "stdout"];
    private static readonly Dictionary<string, string> AnyType = new() { ["Accept"] = "*/*" };

    public bool GoesWithTheBatch => false;

    public async Task<DriverLogRead> AppendAsync(LivyBatch batch, JsonElement? place, bool last, CancellationToken cancellation)
    {
        if (batch.AppId is null) return new DriverLogRead(place, batch.LastLines);
        var read = place?.Deserialize<ImmutableSortedDictionary<string, int>>() ?? ImmutableSortedDictionary<string, int>.Empty;
        var tail = new List<string>();
        foreach (var stream in Streams)
        {
            var path = $"sparkhistory/api/v1/sparkpools/{Uri.EscapeDataString(pool)}/livyid/{batch.Id}/applications/{Uri.EscapeDataString(batch.AppId)}/driverlog/{stream}/?isDownload=true";
            if (await service.CallAsync(HttpMethod.Get, path, mayMiss: true, headers: AnyType, cancellation: cancellation) is not { } answer) continue;
            var content = answer.Content;
            tail.InsertRange(0, Encoding.UTF8.GetString(content.Span[Math.Max(0, content.Length - TailBytes)..]).Split('\n'));
            var from = Math.Min(read.GetValueOrDefault(stream), content.Length);
            var end = last ? content.Length : content.Span.LastIndexOf((byte)'\n') + 1;
            if (end <= from) continue;
            log.WriteLine($"[{stream} of the driver]");
            await log.WriteAsync(content[from..end], cancellation);
            if (content.Span[end - 1] != '\n') log.WriteLine("");
            read = read.SetItem(stream, end);
        }
        return new DriverLogRead(JsonSerializer.SerializeToElement(read), tail.Count > 0 ? tail : batch.LastLines);
    }
}
