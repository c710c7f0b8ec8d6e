using System.Buffers;
using System.Text.Json;

namespace Updraft.Embedded;

/// <summary>A turn as a row of history: <c>[[["a",1,result],["f",1,type,text],["t",2],["e",name,payload]],[digest]]</c>.</summary>
internal static class TurnJson
{
    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static byte[] Write(IReadOnlyList<Received> received, IReadOnlyList<string> digest)
    {
        var buffer = _buffer ??= new(1024);
        buffer.ResetWrittenCount();
        var json = _writer ??= new(buffer, Compact);
        json.Reset(buffer);
        json.WriteStartArray();
        json.WriteStartArray();
        foreach (var item in received) Write(json, item);
        json.WriteEndArray();
        json.WriteStartArray();
        foreach (var entry in digest) json.WriteStringValue(entry);
        json.WriteEndArray();
        json.WriteEndArray();
        json.Flush();
        var row = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > 1 << 20) (_buffer, _writer) = (null, null);
        return row;
    }

    public static Turn Read(DateTime time, byte[] row)
    {
        var json = new Utf8JsonReader(row);
        Next(ref json);
        Next(ref json);
        var received = new List<Received>();
        while (Next(ref json) == JsonTokenType.StartArray) received.Add(ReadReceived(ref json, row));
        Next(ref json);
        var digest = new List<string>();
        while (Next(ref json) == JsonTokenType.String) digest.Add(json.GetString()!);
        return new(time, received, digest);
    }

    private static void Write(Utf8JsonWriter json, Received item)
    {
        json.WriteStartArray();
        switch (item)
        {
            case ActivityReturned returned:
                json.WriteStringValue("a"u8);
                json.WriteNumberValue(returned.Seq);
                json.WriteRawValue(returned.Result.Span, skipInputValidation: true);
                break;
            case ActivityThrew threw:
                json.WriteStringValue("f"u8);
                json.WriteNumberValue(threw.Seq);
                json.WriteStringValue(threw.Type);
                json.WriteStringValue(threw.Text);
                break;
            case TimerFired fired:
                json.WriteStringValue("t"u8);
                json.WriteNumberValue(fired.Seq);
                break;
            case EventCame came:
                json.WriteStringValue("e"u8);
                json.WriteStringValue(came.Name);
                json.WriteRawValue(came.Payload.Span, skipInputValidation: true);
                break;
        }
        json.WriteEndArray();
    }

    private static Received ReadReceived(ref Utf8JsonReader json, byte[] row)
    {
        Next(ref json);
        var kind = json.GetString();
        Next(ref json);
        Received item = kind switch
        {
            "a" => new ActivityReturned(json.GetInt32(), Raw(ref json, row)),
            "f" => new ActivityThrew(json.GetInt32(), Text(ref json), Text(ref json)),
            "t" => new TimerFired(json.GetInt32()),
            "e" => new EventCame(json.GetString()!, Raw(ref json, row)),
            _ => throw new JsonException($"unknown kind '{kind}' in a row of history"),
        };
        Next(ref json);
        return item;
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader json, byte[] row)
    {
        Next(ref json);
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return row.AsMemory(start..(int)json.BytesConsumed);
    }

    private static string Text(ref Utf8JsonReader json)
    {
        Next(ref json);
        return json.GetString()!;
    }

    private static JsonTokenType Next(ref Utf8JsonReader json) => json.Read() ? json.TokenType : throw new JsonException("a row of history is cut short");
}
