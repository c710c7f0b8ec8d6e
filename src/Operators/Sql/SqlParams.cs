using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>JSON values as parameters of statements. Texts and arrays go without a type, so that the database takes them for what the statement compares them with.</summary>
internal static class SqlParams
{
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static NpgsqlParameter Of(string name, JsonElement value) => value.ValueKind switch
    {
        _ when !IsName(name) => throw new UpdraftException(OperatorErrors.Fields, $"'{name}' cannot name a param of SQL: give a letter, then letters, digits and '_'"),
        JsonValueKind.Null or JsonValueKind.Undefined => Untyped(name, DBNull.Value),
        JsonValueKind.String => Untyped(name, Text(value, name)),
        JsonValueKind.True or JsonValueKind.False => new(name, NpgsqlDbType.Boolean) { Value = value.GetBoolean() },
        JsonValueKind.Number when value.TryGetInt32(out var number) => new(name, NpgsqlDbType.Integer) { Value = number },
        JsonValueKind.Number when value.TryGetInt64(out var number) => new(name, NpgsqlDbType.Bigint) { Value = number },
        JsonValueKind.Number when value.TryGetDecimal(out var number) => new(name, NpgsqlDbType.Numeric) { Value = number },
        JsonValueKind.Number => new(name, NpgsqlDbType.Double) { Value = value.GetDouble() },
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)) => Untyped(name, Array(value, name)),
        _ => new(name, NpgsqlDbType.Jsonb) { Value = value.GetRawText() },
    };

    private static NpgsqlParameter Untyped(string name, object value) => new(name, NpgsqlDbType.Unknown) { Value = value };

    private static bool IsName(string name) => name.Length is > 0 and <= 63 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string Text(JsonElement value, string name)
    {
        var text = value.GetString()!;
        return text.Contains('\0', StringComparison.Ordinal) ? throw new UpdraftException(OperatorErrors.Fields, $"the param '{name}' holds a NUL character, which PostgreSQL does not take") : text;
    }

    /// <summary>The database's own notation: <c>{"a","b",NULL}</c>.</summary>
    private static string Array(JsonElement list, string name)
    {
        var text = new StringBuilder("{");
        foreach (var item in list.EnumerateArray())
        {
            if (text.Length > 1) text.Append(',');
            if (item.ValueKind == JsonValueKind.Null) text.Append("NULL");
            else if (item.ValueKind == JsonValueKind.String) text.Append('"').Append(Text(item, name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            else text.Append(item.GetRawText());
        }
        return text.Append('}').ToString();
    }
}
