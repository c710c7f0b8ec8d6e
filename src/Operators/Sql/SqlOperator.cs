using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Runs statements on a PostgreSQL database.</summary>
[Operator("sql")]
[Description("Runs SQL on a PostgreSQL database, all statements in one transaction, and hands over what the last one yields.")]
public sealed class SqlOperator : RunOperator<SqlFields>
{
    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, SqlFields fields, CancellationToken stop)
    {
        var statements = await SqlScript.OfAsync(context, fields, stop);
        foreach (var (name, value) in fields.Params) _ = SqlParams.Of(name, value);
        var connection = await context.Connect(fields.Connection, stop);
        await using var session = await SqlSession.OpenAsync(connection, fields.Connection, SqlLabel.Of(context), fields.StatementTimeout, context.Log, stop);
        return await WorkAsync(context, fields, statements, session, stop);
    }

    private static async Task<TaskOutcome> WorkAsync(TaskContext context, SqlFields fields, ImmutableArray<SqlStatement> statements, SqlSession session, CancellationToken stop)
    {
        var where = "begin";
        try
        {
            await using var transaction = fields.Transaction ? await session.Connection.BeginTransactionAsync(stop) : null;
            var written = 0L;
            JsonElement? output = null;
            foreach (var (index, statement) in statements.Index())
            {
                where = statements.Length == 1 ? $"the statement (line {statement.Line})" : $"statement {index + 1} of {statements.Length} (line {statement.Line})";
                context.Log.WriteLine($"{where}: {Shown(statement.Text)}");
                var started = Stopwatch.GetTimestamp();
                await using var command = CommandOf(session.Connection, statement, fields);
                long rows;
                if (fields.Mode != SqlMode.Execute && index == statements.Length - 1) (output, rows) = await ReadAsync(command, fields, stop);
                else rows = await command.ExecuteNonQueryAsync(stop);
                written += Math.Max(0, rows);
                context.Log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{where}: {(rows < 0 ? "" : $"{rows} rows, ")}{Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s"));
            }
            where = "commit";
            if (transaction is not null) await SqlCommit.CommitAsync(session, transaction, context.Log);
            return TaskOutcome.Success(output ?? JsonSerializer.SerializeToElement(new { rows = written }));
        }
        catch (Exception e) when (SqlFailure.Is(e) && !stop.IsCancellationRequested)
        {
            throw SqlFailure.Of(e, where);
        }
    }

    private static NpgsqlCommand CommandOf(NpgsqlConnection connection, SqlStatement statement, SqlFields fields)
    {
        var command = new NpgsqlCommand(statement.Text, connection);
        foreach (var (name, value) in fields.Params) command.Parameters.Add(SqlParams.Of(name, value));
        return command;
    }

    private static async Task<(JsonElement Output, long Rows)> ReadAsync(NpgsqlCommand command, SqlFields fields, CancellationToken stop)
    {
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (reader.FieldCount == 0) throw new FailTaskException($"the last statement yields no rows, and mode is {(fields.Mode == SqlMode.Rows ? "rows" : "value")}", OperatorErrors.SqlResult);
        try
        {
            var output = fields.Mode == SqlMode.Rows
                ? await SqlRows.ListAsync(reader, fields.MaxRows, fields.MaxBytes, stop)
                : await SqlRows.FirstAsync(reader, fields.MaxRows, fields.MaxBytes, stop) ?? JsonSerializer.SerializeToElement<object?>(null);
            await reader.CloseAsync();
            return (output, fields.Mode == SqlMode.Rows ? output.GetArrayLength() : reader.RecordsAffected);
        }
        catch (FailTaskException)
        {
            // Else the rest of the result would be read before the task ends.
            command.Cancel();
            throw;
        }
    }

    private static string Shown(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 120 ? line : line[..119] + "…";
    }
}
