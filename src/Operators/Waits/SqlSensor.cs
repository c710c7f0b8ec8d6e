using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Waits until a query yields what is wanted. All conditions of a connection are asked in one call. A query may ask for anything, so a condition that
/// held is not remembered.
/// </summary>
[Operator("sql_wait")]
[Description("Waits until a query yields a row whose first value is neither null, false, 0 nor an empty text.")]
public sealed class SqlSensor : MultiSensorOperator<SqlWaitFields>
{
    /// <inheritdoc/>
    public override int MaxTogether => 200;

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Momentary;

    /// <inheritdoc/>
    public override Orchestration.WaitPolicy? PolicyOf(SqlWaitFields fields) => fields.Policy;

    /// <inheritdoc/>
    public override string BackendOf(SqlWaitFields fields) => fields.Connection;

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke<SqlWaitFields>> pokes, CancellationToken stop)
    {
        var looks = new SqlLooks();
        var answers = new PokeAnswer?[pokes.Count];
        foreach (var (index, poke) in pokes.Index())
        {
            try
            {
                looks.Add(index, QueryOf(poke.Fields), poke.Fields.Params);
            }
            catch (UpdraftException e)
            {
                answers[index] = PokeAnswer.Failed(e);
            }
        }
        await foreach (var (index, row, error) in looks.AskAsync(pokes[0].Context, pokes[0].Fields.Connection, stop))
            answers[index] = error is not null ? PokeAnswer.Failed(error) : PokeAnswer.Of(FirstOf(row) is { } value && IsTrue(value) ? PokeResult.Met(value) : PokeResult.NotYet());
        return answers!;
    }

    // The database writes the row as JSON, whatever its types are.
    private static string QueryOf(SqlWaitFields fields) => $"select row_to_json(looked)::text from (\n{SqlStatements.Split(fields.Sql).Single().Text}\n) looked limit 1";

    private static JsonElement? FirstOf(string? row)
    {
        if (row is null) return null;
        foreach (var column in JsonSerializer.Deserialize<JsonElement>(row).EnumerateObject()) return column.Value;
        return null;
    }

    private static bool IsTrue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Number => value.GetDouble() != 0,
        JsonValueKind.String => value.GetString()!.Length > 0,
        _ => true,
    };
}

/// <summary>Fields of <see cref="SqlSensor"/>.</summary>
public sealed record SqlWaitFields : WaitFields
{
    /// <summary>The database.</summary>
    [Raw]
    [Description("Name of the connection to the database, whose URL begins with postgresql://.")]
    public required string Connection { get; init; }

    /// <summary>The query.</summary>
    [Raw]
    [Description("One query, which only reads. It holds no templates: values come through params.")]
    public required string Sql { get; init; }

    /// <summary>Values, by name.</summary>
    [Description("Values, which the query names as @name or :name. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Params { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (SqlStatements.Split(Sql).Length != 1) throw new UpdraftException(OperatorErrors.Fields, "sql of a wait is one query");
    }
}
