namespace Updraft.Dags;

/// <summary>What may name a dataset, a partition of one, and what a run is about.</summary>
public static class DatasetNames
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>Whether a text has 1 to 200 characters, all of which can be printed, and no white space at its ends.</summary>
    public static bool IsName(string text) => text.Length is >= 1 and <= MaxLength && !text.Any(char.IsControl) && text.Trim().Length == text.Length;
}
