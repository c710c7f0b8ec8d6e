using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>Codes of what goes wrong with backups.</summary>
public static class BackupErrors
{
    /// <summary>A backup or a restore needs a folder that is empty, or not there yet, and outside of the data folder.</summary>
    public const string TargetNotEmpty = "UPD3020";

    /// <summary>A backup is incomplete or damaged.</summary>
    public const string Damaged = "UPD3021";

    internal static UpdraftException NotEmpty(string folder) =>
        new(TargetNotEmpty, $"'{folder}' is not empty; name a folder that is empty or not there yet");

    internal static UpdraftException Inside(string folder) =>
        new(TargetNotEmpty, $"'{folder}' lies in the data folder itself; name a folder elsewhere, best on another disk");

    internal static UpdraftException DamagedOf(string folder, string why) =>
        new(Damaged, $"the backup in '{folder}' cannot be used: {why}; take another backup");
}
