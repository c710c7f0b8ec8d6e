using SQLitePCL;
using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>Says what a failed read or write means to whoever runs Updraft.</summary>
internal static class StorageFailures
{
    private const int NoSpace = 28; // ENOSPC, in the low half of an I/O exception's code

    /// <summary>The failure in our words; null when it is none of storage.</summary>
    public static UpdraftException? Of(Exception exception, string folder) => exception switch
    {
        UpdraftException already => already,
        SimulatedStorageFaultException { Fault: StorageFault.DiskFull } or SqliteFailure { Code: raw.SQLITE_FULL } => Full(folder, exception),
        SimulatedStorageFaultException { Fault: StorageFault.ReadOnly } or SqliteFailure { Code: raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM } => NotWritable(folder, exception),
        SqliteFailure { Code: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } => new(EngineErrors.Damaged,
            $"the database in '{folder}' is damaged ({exception.Message}); restore the folder from a backup", exception),
        IOException { HResult: var code } when (code & 0xffff) == NoSpace => Full(folder, exception),
        UnauthorizedAccessException => NotWritable(folder, exception),
        SqliteFailure or IOException => new(EngineErrors.Storage,
            $"the data folder '{folder}' could not be read or written ({exception.Message}); check the disk", exception),
        _ => null,
    };

    private static UpdraftException Full(string folder, Exception cause) =>
        new(EngineErrors.DiskFull, $"the disk of the data folder '{folder}' is full; free some space, and work goes on by itself", cause);

    private static UpdraftException NotWritable(string folder, Exception cause) =>
        new(EngineErrors.ReadOnly, $"the data folder '{folder}' cannot be written to ({cause.Message}); check its permissions", cause);
}
