namespace Updraft.Embedded;

/// <summary>Copies a database as it stands at one instant, while others go on reading and writing it.</summary>
internal static class DatabaseCopy
{
    /// <summary>Makes a durable copy for its owner alone; what is at the place already is lost.</summary>
    public static void Make(SqliteDb db, string file)
    {
        File.Delete(file);
        PrivateFiles.Create(file);
        using (var copy = db.Query("VACUUM INTO ?")) copy.Bind(1, file).Step();
        using var stream = new FileStream(file, PrivateFiles.Options(FileMode.OpenOrCreate));
        RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }
}
