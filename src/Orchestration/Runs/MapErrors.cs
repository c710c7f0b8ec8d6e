namespace Updraft.Orchestration;

/// <summary>Codes of what can be wrong with the list of a mapped task or group.</summary>
public static class MapErrors
{
    /// <summary>The value is not a list.</summary>
    public const string NotAList = "UPD2401";

    /// <summary>The list is longer than <c>max_map_length</c>.</summary>
    public const string TooLong = "UPD2402";

    /// <summary>Two items have the same key.</summary>
    public const string DuplicateKey = "UPD2403";

    /// <summary>A key is not 1 to 200 printable characters.</summary>
    public const string BadKey = "UPD2404";

    /// <summary>The stored items of a region are missing.</summary>
    public const string NoItems = "UPD2405";
}
