using System.Globalization;
using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Embedded.Tests;

public sealed class FolderTests
{
    [Fact]
    public async Task OpenAsync_Owned_IsRefusedNamingTheOwner()
    {
        using var folder = new DataFolder();
        await using var host = await folder.OpenAsync();
        var failure = await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync());
        Assert.Equal(EngineErrors.FolderOwned, failure.Code);
        Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", failure.Message);
    }

    [Fact]
    public async Task OpenAsync_AfterTheOwnerHasGone_Succeeds()
    {
        using var folder = new DataFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        await using var second = await folder.OpenAsync();
        Assert.Null(second.Failure);
    }

    [Fact]
    public async Task OpenAsync_NewerFormat_IsRefusedAndLeftAsItIs()
    {
        using var folder = new DataFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        using (var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName)))
        {
            db.Execute("PRAGMA user_version=99");
            db.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        var before = folder.Read();
        var failure = await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync());
        Assert.Equal(EngineErrors.NewerFormat, failure.Code);
        Assert.Contains("format 99", failure.Message);
        Assert.Equal(before, folder.Read());
    }

    [Fact]
    public async Task OpenAsync_NewerFormatInTheLogAlone_IsRefused()
    {
        using var folder = new DataFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        using (var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName))) db.Execute("PRAGMA user_version=99");
        Assert.Equal(EngineErrors.NewerFormat, (await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync())).Code);
        using var reader = EmbeddedReader.Open(folder.Path)!;
        Assert.Equal(EngineErrors.NewerFormat, (await Assert.ThrowsAsync<UpdraftException>(() => reader.State.GetAsync("d/"))).Code);
    }

    [Fact]
    public async Task OpenAsync_OlderFormat_IsMigratedAndACopyKept()
    {
        using var folder = new DataFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        await MakeFirstFormatAsync(folder);
        await using (var host = await folder.OpenAsync()) Assert.NotNull(await host.State.GetAsync("d/"));

        var copy = Schema.CopyOf(folder.Path, 1);
        using var before = SqliteDb.Open(copy);
        Assert.Equal((1, 1), (before.ReadLong("PRAGMA user_version"), before.ReadLong("SELECT count(*) FROM documents")));
        using var after = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName));
        Assert.Equal((Schema.Format, "ok"), ((int)after.ReadLong("PRAGMA user_version"), EmbeddedReader.CheckIntegrity(folder.Path)));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
    }

    [Fact]
    public async Task OpenAsync_MigrationFails_LeavesTheOlderFormat()
    {
        using var folder = new DataFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        await MakeFirstFormatAsync(folder);
        using (var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName))) db.Execute("CREATE TABLE badly_ended_instances (n)");
        await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync());
        using var after = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName));
        Assert.Equal((1, 1), (after.ReadLong("PRAGMA user_version"), after.ReadLong("SELECT count(*) FROM documents")));
    }

    private static async Task MakeFirstFormatAsync(DataFolder folder)
    {
        await using (var host = await folder.OpenAsync()) await host.State.PutAsync("d/", new() { Content = "1"u8.ToArray() });
        using var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName));
        db.Execute("DROP INDEX badly_ended_instances");
        db.Execute("DROP TABLE deaths");
        db.Execute("PRAGMA user_version=1");
    }

    [Fact]
    public async Task OpenAsync_NoDatabase_IsRefused()
    {
        using var folder = new DataFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, Database.FileName), new string('x', 5_000));
        Assert.Equal(EngineErrors.Damaged, (await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync())).Code);
    }

    [Fact]
    public async Task OpenAsync_FolderIsAFile_IsRefused()
    {
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "x");
        await Assert.ThrowsAsync<UpdraftException>(() => folder.OpenAsync(options => options with { DataFolder = file }));
    }

    [Fact]
    public async Task OpenAsync_Folder_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new DataFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var host = await folder.OpenAsync(options => options with { DataFolder = data });
        await host.State.PutAsync("d/", new() { Content = "1"u8.ToArray() });
        await host.Blobs.WriteAsync("a/b/", new MemoryStream([1]));
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)) Assert.Equal((file, owner), (file, File.GetUnixFileMode(file)));
        foreach (var below in Directory.EnumerateDirectories(data, "*", SearchOption.AllDirectories)) Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(below));
    }

    [Fact]
    public async Task OpenAsync_LogsTheVersionOfSqlite()
    {
        using var folder = new DataFolder();
        var log = new ListLogger();
        await using var host = await folder.OpenAsync(options => options with { Logging = log });
        Assert.Contains(log.Lines, line => line.Contains($"SQLite {SqliteDb.Version}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_IsFullyDurable()
    {
        using var folder = new DataFolder();
        using var database = Database.Open(folder.Path, relaxed: false);
        Assert.Equal(2, database.Writer.ReadLong("PRAGMA synchronous"));
        Assert.Equal(0, database.Writer.ReadLong("PRAGMA wal_autocheckpoint"));
        using var mode = database.Writer.Query("PRAGMA journal_mode");
        Assert.True(mode.Step());
        Assert.Equal("wal", mode.Text(0));
        Assert.False(new EmbeddedOptions { DataFolder = "x" }.RelaxedDurability);
    }

    [Fact]
    public async Task EmbeddedReader_BesideTheOwner_ReadsAndRefusesToWrite()
    {
        using var folder = new DataFolder();
        Assert.Null(EmbeddedReader.Open(folder.Path));
        await using var host = await folder.OpenAsync();
        await host.State.PutAsync("d/", new() { Content = "1"u8.ToArray() });
        using var reader = EmbeddedReader.Open(folder.Path)!;
        Assert.NotNull(await reader.State.GetAsync("d/"));
        await host.State.PutAsync("e/", new() { Content = "1"u8.ToArray() });
        Assert.NotNull(await reader.State.GetAsync("e/"));
        await Assert.ThrowsAsync<UpdraftException>(() => reader.State.PutAsync("f/", new() { Content = "1"u8.ToArray() }));
    }

    internal sealed class ListLogger : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception));
        }
    }
}
