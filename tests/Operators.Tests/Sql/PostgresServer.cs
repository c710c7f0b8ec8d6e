using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Updraft.Operators.Tests;

/// <summary>
/// A PostgreSQL server of the tests alone, in a temporary folder, at a port of its own. It ends when the tests do, however they end, since it listens
/// for the end of its input.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string Password = "pg-pass-7c1d";

    private const string Script = """
        set -eu
        server=
        dir=$(mktemp -d)
        trap '[ -z "$server" ] || { kill -INT $server || true; wait $server || true; }; rm -rf "$dir"' EXIT
        trap 'exit 1' HUP INT TERM
        printf %s "$UPDRAFT_TEST_PASSWORD" > "$dir/password"
        "$1/initdb" -D "$dir/data" -U postgres --auth=scram-sha-256 --pwfile="$dir/password" --no-sync -E UTF8 --locale=C > "$dir/initdb" 2>&1 || { cat "$dir/initdb" >&2; exit 1; }
        "$1/postgres" -D "$dir/data" -h 127.0.0.1 -p "$2" -k "$dir" -F -c shared_buffers=16MB -c max_connections=60 -c autovacuum=off &
        server=$!
        cat > /dev/null
        """;

    private Process? _process;

    /// <summary>Why there is no server here; null when there can be.</summary>
    public static string? Missing { get; } = Binaries() is null ? "PostgreSQL is not installed (initdb and postgres), so tests of SQL are skipped" : null;

    public int Port { get; private set; }

    /// <summary>The connection by which tasks reach it.</summary>
    public Connection Connection => new() { Url = new Uri($"postgresql://127.0.0.1:{Port}/postgres"), User = "postgres", Password = Password };

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        Port = FreePort();
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        string[] command = [.. AsUser(), "sh", "-c", Script, "sh", Binaries()!, $"{Port}"];
        start.FileName = command[0];
        foreach (var word in command[1..]) start.ArgumentList.Add(word);
        start.Environment["UPDRAFT_TEST_PASSWORD"] = Password;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new ConcurrentQueue<string>();
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new InvalidOperationException($"PostgreSQL did not start:\n{string.Join('\n', said)}"));
            else if (line.Data.Contains("database system is ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult();
            else if (!ready.Task.IsCompleted) said.Enqueue(line.Data);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task;
    }

    public async Task DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Asks as a DBA does, by a session of its own.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database=postgres;Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    // PostgreSQL refuses to run as root.
    private static string[] AsUser() => Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];

    private static string? Binaries() =>
        Programs.Folders
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The tests that share the server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

/// <summary>A test that needs PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <inheritdoc cref="PostgresFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Missing;
}
