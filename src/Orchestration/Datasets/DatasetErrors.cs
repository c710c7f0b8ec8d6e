using System.Text;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Codes of what is wrong with datasets; <c>docs/errors.md</c> lists them.</summary>
public static class DatasetErrors
{
    /// <summary>Longest name of a dataset or a partition, in characters.</summary>
    public const int MaxName = 200;

    /// <summary>The name of a dataset or a partition is not 1 to 200 printable characters.</summary>
    public const string NameRefused = "UPD2801";

    /// <summary>Refuses names that datasets and partitions may not have.</summary>
    /// <exception cref="UpdraftException"><see cref="NameRefused"/>.</exception>
    public static DatasetOutput Checked(DatasetOutput output)
    {
        Check("the name of a dataset", output.Dataset);
        if (output.Partition is { } partition) Check($"a partition of the dataset '{output.Dataset}'", partition);
        return output;
    }

    private static void Check(string what, string name)
    {
        if (name.Length is 0 or > MaxName || name.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar) || name.Trim().Length < name.Length)
            throw new UpdraftException(NameRefused, $"{what} has {name.Length} characters or some that it may not have: 1 to {MaxName} printable characters are, and no space at its ends");
    }
}
