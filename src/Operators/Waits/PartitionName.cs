using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A partition as Hive names it: columns with their values, the outermost first.</summary>
internal sealed record PartitionName(ImmutableArray<(string Column, string Value)> Parts)
{
    // What Hive does not write into the name of a folder.
    private const string Escaped = "\"#%'*/:=?\\{}[]^";

    /// <summary>The folder, as in <c>ds=2026-01-01/hour=03</c>.</summary>
    public string Folder => string.Join('/', Parts.Select(part => $"{Escape(part.Column)}={Escape(part.Value)}"));

    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static PartitionName Parse(string text)
    {
        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToList();
        return parts.Count > 0 && parts.All(part => part is [{ Length: > 0 }, { Length: > 0 }])
            ? new PartitionName([.. parts.Select(part => (part[0], DateOf(part[1]) ?? part[1]))])
            : throw new UpdraftException(OperatorErrors.Fields, $"partition is '{text}', and must be columns with values, as in ds=2026-01-01 or ds=2026-01-01/hour=03");
    }

    /// <summary>Filters of templates yield instants; a partition of a day is named by its date.</summary>
    private static string? DateOf(string value) =>
        value.EndsWith('Z') && DateTimeOffset.TryParseExact(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.TimeOfDay == TimeSpan.Zero
            ? value[..10]
            : null;

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsControl(c) || Escaped.Contains(c, StringComparison.Ordinal)) escaped.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }
}
