using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="SqlOperator"/>.</summary>
[ExactlyOne("sql", "file")]
public sealed record SqlFields : ICheckedFields
{
    /// <summary>The database.</summary>
    [Raw]
    [Description("Name of the connection to the database, whose URL begins with postgresql://.")]
    public required string Connection { get; init; }

    /// <summary>The statements; null where there is a file.</summary>
    [Raw]
    [Description("Statements, with semicolons between them. They hold no templates: values come through params. Either this or file.")]
    public string? Sql { get; init; }

    /// <summary>A file of the DAG that holds them; null where there is text.</summary>
    [Raw]
    [Description("A file of the DAG's folder that holds the statements. It is read when the task runs, so it declares no waits. Either this or sql.")]
    public string? File { get; init; }

    /// <summary>Values, by name.</summary>
    [Description("Values, which the statements name as @name or :name. A list of plain values is an array, an object is jsonb. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Params { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>What the task hands over.</summary>
    [Description("What the task hands over: execute (how many rows were written), rows (of the last statement, as a list of objects) or value (the first of the first row). Default execute.")]
    public SqlMode Mode { get; init; } = SqlMode.Execute;

    /// <summary>Most rows that are handed over.</summary>
    [Description("Most rows that are handed over, 1 to 1000000; more fail the task. Default 10000.")]
    public int MaxRows { get; init; } = 10_000;

    /// <summary>Most bytes of JSON that are handed over.</summary>
    [Description("Most bytes of JSON that are handed over, up to 64 MB; more fail the task. Default 1048576.")]
    public long MaxBytes { get; init; } = 1 << 20;

    /// <summary>Bound of each statement; null for none but the task's.</summary>
    [Description("How long each statement may take. Default: as long as the task may.")]
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>Whether all statements are one transaction.</summary>
    [Description("Whether all statements are one transaction; false for those that cannot be in one, as vacuum. Default true.")]
    public bool Transaction { get; init; } = true;

    /// <summary>Fields of the waits that the statements declare; taken by the reader of the DAG.</summary>
    [Raw]
    [Description("Fields of the partition tasks that the marks current_ds_wait::table and ds_wait::table@date in sql add to the DAG: where partitions are looked for, and how long. Default: this connection.")]
    public JsonElement? Waits { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        if (MaxRows is < 1 or > MostRows) throw new Dags.UpdraftException(OperatorErrors.Fields, $"max_rows is {MaxRows}, and may be 1 to {MostRows}");
        if (MaxBytes is < 1 or > MostBytes) throw new Dags.UpdraftException(OperatorErrors.Fields, $"max_bytes is {MaxBytes}, and may be 1 to {MostBytes}");
        if (StatementTimeout is { } bound && bound <= TimeSpan.Zero) throw new Dags.UpdraftException(OperatorErrors.Fields, "statement_timeout is more than nothing");
    }

    private const int MostRows = 1_000_000;
    private const long MostBytes = 64L << 20;
}

/// <summary>What a SQL task hands over.</summary>
public enum SqlMode
{
    /// <summary>How many rows were written.</summary>
    Execute,

    /// <summary>The rows of the last statement.</summary>
    Rows,

    /// <summary>The first value of the first row of the last statement.</summary>
    Value,
}
