namespace Updraft.Operators;

/// <summary>Codes of what can go wrong with artifacts.</summary>
public static class ArtifactErrors
{
    /// <summary>A task has not left the file or folder that it declares as an artifact.</summary>
    public const string Missing = "UPD4090";

    /// <summary>An artifact has a wrong name or place, or holds links or special files.</summary>
    public const string Refused = "UPD4091";

    /// <summary>An artifact is larger than the host allows.</summary>
    public const string TooLarge = "UPD4092";

    /// <summary>An artifact has expired, or was removed with its run.</summary>
    public const string Gone = "UPD4093";

    /// <summary>A stored artifact does not have the checksum that was noted when it was made.</summary>
    public const string Damaged = "UPD4094";
}
