using Npgsql;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>From a connection of Updraft to what the driver wants.</summary>
internal static class PostgresAddress
{
    private const string AzureScope = "https://ossrdbms-aad.database.windows.net/.default";

    private static readonly string[] Known = ["sslmode", "sslrootcert", "host"];

    /// <summary>How the driver reaches a database.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.SqlDialect"/> or <see cref="OperatorErrors.Connection"/>.</exception>
    public static async Task<NpgsqlConnectionStringBuilder> OfAsync(Connection connection, string name, string label, CancellationToken cancellation)
    {
        var url = connection.Url ?? throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has no url: give one such as postgresql://host:5432/database");
        if (Missing(url.Scheme) is { } driver)
            throw new FailTaskException($"connection '{name}' leads to {driver}, for which this build of Updraft has no driver: use PostgreSQL (postgresql://), or call the database by a shell or code task", OperatorErrors.SqlDialect);
        var options = OptionsOf(connection, url, name);
        return new NpgsqlConnectionStringBuilder
        {
            // A host that begins with a slash is the folder of a socket.
            Host = options.GetValueOrDefault("host") ?? (url.Host.Length > 0 ? url.IdnHost : "localhost"),
            Port = url.Port > 0 ? url.Port : 5432,
            Database = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : "postgres",
            Username = connection.User ?? throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has no user: add it to the url or as 'user'"),
            Password = connection.Azure is { } identity ? await AzureSignIn.TokenAsync(identity, AzureScope, cancellation) : connection.Password ?? connection.Token,
            SslMode = Ssl(options.GetValueOrDefault("sslmode") ?? "prefer", name),
            RootCertificate = options.GetValueOrDefault("sslrootcert"),
            ApplicationName = label,
            Timezone = "UTC",
            Pooling = false,
            Timeout = 15,
            CommandTimeout = 0,
            CancellationTimeout = 2_000,
            KeepAlive = 30,
        };
    }

    /// <summary>What a database is called of which the driver is missing; null for PostgreSQL.</summary>
    private static string? Missing(string scheme) => scheme switch
    {
        "postgresql" or "postgres" => null,
        "sqlserver" or "mssql" => "SQL Server (package Microsoft.Data.SqlClient)",
        _ => $"a database of the kind '{scheme}'",
    };

    private static Dictionary<string, string> OptionsOf(Connection connection, Uri url, string name)
    {
        var options = new Dictionary<string, string>(connection.Options, StringComparer.Ordinal);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            options[key] = Uri.UnescapeDataString(value);
        }
        var unknown = options.Keys.Except(Known).FirstOrDefault();
        return unknown is null ? options : throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has the option '{unknown}', and PostgreSQL takes {string.Join(", ", Known)}");
    }

    private static SslMode Ssl(string mode, string name) => mode switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new UpdraftException(OperatorErrors.Connection, $"sslmode of connection '{name}' is '{mode}', and may be disable, allow, prefer, require, verify-ca or verify-full"),
    };
}
