using System.Globalization;
using Npgsql;

namespace Updraft.Operators;

/// <summary>
/// The end of a transaction. When the connection is lost while it is committed, the database is asked by another what became of it: success and failure
/// are told apart, so that a retry does not do the work twice.
/// </summary>
internal static class SqlCommit
{
    public static async Task CommitAsync(SqlSession session, NpgsqlTransaction transaction, ITaskLog log)
    {
        // A commit under way is not stopped: it is short, and its end must be known.
        var id = await WrittenAsAsync(session.Connection);
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception e) when (id is not null && SqlFailure.IsLoss(e))
        {
            var status = await StatusAsync(session, id.Value, e);
            log.WriteLine($"the connection was lost during the commit; the database says that transaction {id} is {status}");
            if (status == "aborted") throw;
            if (status != "committed") throw Unknown(e);
        }
    }

    /// <summary>The transaction's id; null when it has written nothing, so that nothing depends on its end.</summary>
    private static async Task<long?> WrittenAsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select txid_current_if_assigned()", connection);
        return await command.ExecuteScalarAsync(CancellationToken.None) as long?;
    }

    private static async Task<string> StatusAsync(SqlSession session, long id, Exception lost)
    {
        try
        {
            return await session.AskAnotherAsync(async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand("select txid_status(@id)", connection);
                command.Parameters.AddWithValue("id", id);
                return Convert.ToString(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture)!;
            });
        }
        catch (Exception e) when (SqlFailure.Is(e) || e is OperationCanceledException)
        {
            throw Unknown(lost);
        }
    }

    private static FailTaskException Unknown(Exception lost) =>
        new("the connection was lost during the commit, and the database cannot be asked whether it is done: look, then clear the task or mark it", OperatorErrors.SqlCommit, lost);
}
