using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Updraft.Operators;

/// <summary>Rows as JSON. The database writes each value as text, so that there is no type that cannot be read.</summary>
internal static class SqlRows
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>All rows as a list of objects.</summary>
    /// <exception cref="FailTaskException"><see cref="OperatorErrors.SqlResult"/>.</exception>
    public static async Task<JsonElement> ListAsync(NpgsqlDataReader reader, int maxRows, long maxBytes, CancellationToken stop)
    {
        var columns = ColumnsOf(reader);
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        for (var rows = 0; await reader.ReadAsync(stop); rows++)
        {
            if (rows == maxRows) throw TooMuch($"more than {maxRows} rows", "max_rows");
            json.WriteStartObject();
            foreach (var (index, column) in columns.Index())
            {
                json.WritePropertyName(column.Name);
                Write(json, reader, index, column.Type);
            }
            json.WriteEndObject();
            if (json.BytesCommitted + json.BytesPending > maxBytes) throw TooMuch($"more than {maxBytes} bytes", "max_bytes");
        }
        json.WriteEndArray();
        json.Flush();
        return Parse(buffer);
    }

    /// <summary>The first value of the first row; null when there is no row. The other rows are read too, since the statement is at work until then.</summary>
    /// <exception cref="FailTaskException"><see cref="OperatorErrors.SqlResult"/>.</exception>
    public static async Task<JsonElement?> FirstAsync(NpgsqlDataReader reader, int maxRows, long maxBytes, CancellationToken stop)
    {
        if (!await reader.ReadAsync(stop)) return null;
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer);
        Write(json, reader, 0, TypeOf(reader, 0));
        json.Flush();
        if (buffer.Length > maxBytes) throw TooMuch($"more than {maxBytes} bytes", "max_bytes");
        for (var rows = 1; await reader.ReadAsync(stop); rows++)
        {
            if (rows == maxRows) throw TooMuch($"more than {maxRows} rows", "max_rows");
        }
        return Parse(buffer);
    }

    private static List<(string Name, string Type)> ColumnsOf(NpgsqlDataReader reader)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(index => (Name: reader.GetName(index), Type: TypeOf(reader, index))).ToList();
        var twice = columns.GroupBy(column => column.Name).FirstOrDefault(same => same.Count() > 1);
        return twice is null ? columns : throw new FailTaskException($"two columns of the result are both '{twice.Key}': name one with 'as'", OperatorErrors.SqlResult);
    }

    private static string TypeOf(NpgsqlDataReader reader, int column) => reader.GetDataTypeName(column).Split('(')[0];

    private static void Write(Utf8JsonWriter json, NpgsqlDataReader reader, int column, string type)
    {
        if (reader.IsDBNull(column))
        {
            json.WriteNullValue();
            return;
        }
        var text = reader.GetString(column);
        switch (type)
        {
            case "boolean":
                json.WriteBooleanValue(text == "t");
                break;
            case "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric" or "oid" when char.IsAsciiDigit(text[^1]):
                json.WriteRawValue(text);
                break;
            case "json" or "jsonb":
                json.WriteRawValue(text);
                break;
            case "timestamp with time zone" or "timestamp without time zone":
                json.WriteStringValue(Instant(text));
                break;
            default:
                json.WriteStringValue(text);
                break;
        }
    }

    // As in 2026-01-01 03:00:00.5+00, in a session whose time zone is UTC; infinity and years before Christ stay as they are.
    private static string Instant(string text) =>
        text.Length > 18 && text[10] == ' ' && char.IsAsciiDigit(text[0]) && !text.EndsWith("BC", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{text[..10]}T{(text.EndsWith("+00", StringComparison.Ordinal) ? text[11..^3] + "Z" : text[11..])}")
            : text;

    private static JsonElement Parse(MemoryStream buffer) => JsonSerializer.Deserialize<JsonElement>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Deep);

    private static FailTaskException TooMuch(string what, string field) =>
        new($"the result has {what}: ask for less, write it to a table, or raise {field}", OperatorErrors.SqlResult);
}
