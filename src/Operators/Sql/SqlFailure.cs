using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What the driver throws, as what an attempt understands: for good where the same statement would fail again, else for the task's retries.</summary>
internal static class SqlFailure
{
    // Classes of SQLSTATE: what is asked for is wrong or forbidden, or the values are.
    private static readonly string[] ForGood = ["0A", "22", "26", "28", "2F", "34", "3B", "3D", "3F", "42", "44"];

    // A table that is not there may be made by somebody else.
    private static readonly string[] MayCome = [PostgresErrorCodes.UndefinedTable, PostgresErrorCodes.InvalidSchemaName];

    /// <summary>Whether an exception is the database's or the driver's.</summary>
    public static bool Is(Exception thrown) => thrown is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>Whether the connection was lost, so that it is not known what became of what was asked last.</summary>
    public static bool IsLoss(Exception thrown) =>
        thrown is PostgresException e ? e.SqlState.StartsWith("08", StringComparison.Ordinal) || e.SqlState.StartsWith("57P", StringComparison.Ordinal) : Is(thrown);

    /// <summary>The failure of a statement.</summary>
    /// <param name="thrown">What the driver threw.</param>
    /// <param name="where">Which statement, as in <c>statement 2 (line 14)</c>.</param>
    /// <param name="ofWait">Whether it is a look, for which a table may yet come.</param>
    public static UpdraftException Of(Exception thrown, string where, bool ofWait = false)
    {
        if (thrown is not PostgresException e) return new UpdraftException(OperatorErrors.SqlFailed, $"{where}: the connection to the database failed: {thrown.GetBaseException().Message}", thrown);
        var message = string.Create(CultureInfo.InvariantCulture, $"{where}: {e.SqlState}: {e.MessageText}{(e.Hint is { Length: > 0 } hint ? $" ({hint})" : "")}");
        var forGood = ForGood.Any(prefix => e.SqlState.StartsWith(prefix, StringComparison.Ordinal)) && !(ofWait && MayCome.Contains(e.SqlState));
        return forGood ? new FailTaskException(message, OperatorErrors.SqlRefused, thrown) : new UpdraftException(OperatorErrors.SqlFailed, message, thrown);
    }
}
