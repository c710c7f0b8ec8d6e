using System.Globalization;
using Npgsql;

namespace Updraft.Operators;

/// <summary>Connects to a PostgreSQL database as <c>sql</c> does, and asks for its version.</summary>
internal sealed class PostgresConnectionTest : IConnectionTest
{
    public bool Fits(Connection connection) => connection.Url is { Scheme: "postgres" or "postgresql" };

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var address = await PostgresAddress.OfAsync(connection, name, "updraft connection test", cancellation);
        try
        {
            await using var database = new NpgsqlConnection(address.ConnectionString);
            await database.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("select current_user || ' at ' || current_database()", database);
            var who = await command.ExecuteScalarAsync(cancellation);
            return string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {database.PostgreSqlVersion} let {who} in");
        }
        catch (Exception e) when (SqlFailure.Is(e))
        {
            throw SqlFailure.Of(e, "signing in");
        }
    }
}
