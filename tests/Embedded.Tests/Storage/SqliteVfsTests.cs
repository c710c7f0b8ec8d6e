namespace Updraft.Embedded.Tests;

public sealed class SqliteVfsTests
{
    [Fact]
    public void Sleep_OfMicroseconds_IsNotOfSeconds() => Assert.Equal(1, SqliteVfs.Sleep(1));

    [Fact]
    public void Open_ByItsName_ReadsAndWrites()
    {
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "a.db");
        File.Create(file).Dispose();
        using (var db = SqliteDb.Open(file))
        {
            db.Execute("PRAGMA journal_mode=WAL");
            db.Execute("CREATE TABLE t AS SELECT 7 AS x");
        }

        using var again = SqliteDb.Open(file);

        Assert.Equal(7, again.ReadLong("SELECT x FROM t"));
    }
}
