using System.Collections.Immutable;

namespace Updraft.Embedded;

/// <summary>What a backup holds. It is written last: a folder without it is no backup.</summary>
public sealed record BackupManifest
{
    /// <summary>The file that holds it.</summary>
    public const string FileName = "backup.json";

    /// <summary>Version of this manifest's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>When the backup began: all that was acknowledged before is in it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Format of the database.</summary>
    public required int DatabaseFormat { get; init; }

    /// <summary>Every file but this one.</summary>
    public required ImmutableArray<BackupFile> Files { get; init; }
}

/// <summary>A file of a backup.</summary>
/// <param name="Path">Relative to the backup's folder, with <c>/</c> between names.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its checksum, in hexadecimal.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);
