using System.Data;
using Npgsql;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// A session at a database under a label. At its end nothing of the label is at work there: where the session itself cannot say so, another one ends
/// what is left and looks until it is gone.
/// </summary>
internal sealed class SqlSession : IAsyncDisposable
{
    // After that the database cannot be asked, and ends the work by itself, since it sees that nobody listens.
    private static readonly TimeSpan LongestKill = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly NpgsqlDataSource _source;
    private readonly ITaskLog _log;

    private SqlSession(NpgsqlConnectionStringBuilder address, ITaskLog log)
    {
        _address = address;
        _log = log;
        _source = SourceOf(address);
        Connection = _source.CreateConnection();
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>Opens a session, once nothing is left of an earlier one of that label, whose worker has vanished.</summary>
    /// <exception cref="UpdraftException">The connection means nothing, or the database refuses or cannot be reached.</exception>
    public static async Task<SqlSession> OpenAsync(Connection connection, string name, string label, TimeSpan? statementTimeout, ITaskLog log, CancellationToken stop)
    {
        var session = new SqlSession(await PostgresAddress.OfAsync(connection, name, label, stop), log);
        try
        {
            await session.Connection.OpenAsync(stop);
            session.Connection.Notice += (_, args) => log.WriteLine($"{args.Notice.Severity}: {args.Notice.MessageText}");
            await session.SetAsync("statement_timeout", $"{(long)(statementTimeout?.TotalMilliseconds ?? 0)}", stop);
            if (session.Connection.PostgreSqlVersion.Major >= 14) await session.SetAsync("client_connection_check_interval", "10000", stop);
            await EndAllAsync(session.Connection, label, stop);
            return session;
        }
        catch (Exception e)
        {
            await session._source.DisposeAsync();
            await session.Connection.DisposeAsync();
            if (SqlFailure.Is(e)) throw SqlFailure.Of(e, $"connection '{name}'");
            throw;
        }
    }

    /// <summary>Sets a parameter of the session.</summary>
    public async Task SetAsync(string name, string value, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("select set_config(@name, @value, false)", Connection);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("value", value);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Ends whatever of this session is left, and asks a new one.</summary>
    /// <param name="ask">What is asked of it.</param>
    public async Task<T> AskAnotherAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(LongestKill);
        while (true)
        {
            try
            {
                await using var source = SourceOf(new NpgsqlConnectionStringBuilder(_address.ConnectionString) { ApplicationName = "updraft" });
                await using var connection = await source.OpenConnectionAsync(limit.Token);
                await EndAllAsync(connection, _address.ApplicationName!, limit.Token);
                return await ask(connection, limit.Token);
            }
            catch (Exception e) when (SqlFailure.Is(e) && !limit.IsCancellationRequested && e is not PostgresException { IsTransient: false })
            {
                await Task.Delay(BetweenLooks * 10, limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        var broken = Connection.State != ConnectionState.Open;
        await Connection.DisposeAsync();
        await _source.DisposeAsync();
        if (!broken) return;
        try
        {
            await AskAnotherAsync(static (_, _) => Task.FromResult(true));
        }
        catch (Exception e) when (SqlFailure.Is(e) || e is OperationCanceledException)
        {
            _log.WriteLine($"the database cannot be asked whether the session has ended: {e.GetBaseException().Message}; it ends it by itself once it sees that nobody listens");
        }
    }

    private static NpgsqlDataSource SourceOf(NpgsqlConnectionStringBuilder address)
    {
        var builder = new NpgsqlDataSourceBuilder(address.ConnectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>Ends the sessions of a label but this one, and looks until they are gone.</summary>
    private static async Task EndAllAsync(NpgsqlConnection connection, string label, CancellationToken stop)
    {
        while (true)
        {
            await using var command = new NpgsqlCommand("select count(*) filter (where pg_terminate_backend(pid) is not null) from pg_stat_activity where application_name = @label and usename = current_user and pid <> pg_backend_pid()", connection);
            command.Parameters.AddWithValue("label", label);
            if (await command.ExecuteScalarAsync(stop) is 0L) return;
            await Task.Delay(BetweenLooks, stop);
        }
    }
}
