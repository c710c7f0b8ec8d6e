using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Queries of many waits, asked together: one session, one call, nothing can be written. Where one of them fails, each is asked by itself, so that it
/// fails alone.
/// </summary>
internal sealed class SqlLooks
{
    /// <summary>Longest text that is handed over.</summary>
    private const int MostCharacters = 1 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly List<(int Index, string Sql, ImmutableArray<NpgsqlParameter> Params)> _queries = [];

    /// <param name="index">What the answer is told with.</param>
    /// <param name="sql">A query whose first column is text.</param>
    /// <param name="values">Its params.</param>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>: a param is none.</exception>
    public void Add(int index, string sql, IReadOnlyDictionary<string, JsonElement> values) =>
        _queries.Add((index, sql, [.. values.Select(value => SqlParams.Of(value.Key, value.Value))]));

    /// <summary>The first value of each query's first row, which is text; null where there is none.</summary>
    /// <exception cref="UpdraftException">The database cannot be asked at all.</exception>
    public async IAsyncEnumerable<(int Index, string? Text, Exception? Error)> AskAsync(TaskContext context, string name, [EnumeratorCancellation] CancellationToken stop)
    {
        if (_queries.Count == 0) yield break;
        var connection = await context.Connect(name, stop);
        await using var session = await SqlSession.OpenAsync(connection, name, SqlLabel.Of(context), Longest, context.Log, stop);
        await session.SetAsync("default_transaction_read_only", "on", stop);
        foreach (var answer in await TogetherAsync(session, stop) ?? await EachAsync(session, stop)) yield return answer;
    }

    /// <summary>All in one call; null when one of them fails.</summary>
    private async Task<IReadOnlyList<(int, string?, Exception?)>?> TogetherAsync(SqlSession session, CancellationToken stop)
    {
        if (_queries.Count == 1) return null;
        try
        {
            await using var batch = new NpgsqlBatch(session.Connection);
            foreach (var (_, sql, values) in _queries) batch.BatchCommands.Add(CommandOf(sql, values));
            await using var reader = await batch.ExecuteReaderAsync(stop);
            var answers = new List<(int, string?, Exception?)>();
            foreach (var (index, _, _) in _queries)
            {
                answers.Add((index, await TextAsync(reader, stop), null));
                await reader.NextResultAsync(stop);
            }
            return answers;
        }
        catch (Exception e) when (e is PostgresException or FailTaskException && session.Connection.State == System.Data.ConnectionState.Open)
        {
            return null;
        }
        catch (Exception e) when (SqlFailure.Is(e))
        {
            throw SqlFailure.Of(e, "the looks");
        }
    }

    private async Task<IReadOnlyList<(int, string?, Exception?)>> EachAsync(SqlSession session, CancellationToken stop)
    {
        var answers = new List<(int, string?, Exception?)>();
        foreach (var (index, sql, values) in _queries)
        {
            try
            {
                await using var batch = new NpgsqlBatch(session.Connection) { BatchCommands = { CommandOf(sql, values) } };
                await using var reader = await batch.ExecuteReaderAsync(stop);
                answers.Add((index, await TextAsync(reader, stop), null));
            }
            catch (Exception e) when (SqlFailure.Is(e) || e is FailTaskException)
            {
                answers.Add((index, null, e as FailTaskException ?? SqlFailure.Of(e, "the query", ofWait: true)));
            }
        }
        return answers;
    }

    private static async Task<string?> TextAsync(NpgsqlDataReader reader, CancellationToken stop)
    {
        if (!await reader.ReadAsync(stop) || await reader.IsDBNullAsync(0, stop)) return null;
        var text = reader.GetString(0);
        return text.Length <= MostCharacters ? text : throw new FailTaskException($"the query yields more than {MostCharacters} characters: ask for less", OperatorErrors.SqlResult);
    }

    private static NpgsqlBatchCommand CommandOf(string sql, IEnumerable<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value.Clone());
        return command;
    }
}
