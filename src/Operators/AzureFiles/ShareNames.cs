using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Which names Azure Files takes. Pure.</summary>
internal static class ShareNames
{
    private const string Refused = "\"\\/:|<>*?";

    /// <summary>The name of a share as it is.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>: it is none.</exception>
    public static string Share(string name) =>
        name.Length is >= 3 and <= 63 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-') && name[0] is not '-' && name[^1] is not '-' && !name.Contains("--", StringComparison.Ordinal)
            ? name
            : throw new UpdraftException(OperatorErrors.Fields, $"'{name}' is no name of a share: use 3 to 63 lower-case letters, digits and single '-' in between");

    /// <summary>Refuses names of one folder that a share cannot hold, or that it takes for one.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.ContainerUnsupported"/>.</exception>
    public static void Refuse(IEnumerable<string> names)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (name.Any(c => char.IsControl(c) || Refused.Contains(c, StringComparison.Ordinal))) throw Unsupported($"'{name}' cannot stand on a share of Azure Files: names there have no {Refused} and no control characters");
            if (!seen.TryAdd(name, name)) throw Unsupported($"'{seen[name]}' and '{name}' are one name on a share of Azure Files, which does not tell capitals from small letters");
        }
    }

    private static UpdraftException Unsupported(string why) => new(OperatorErrors.ContainerUnsupported, why);
}
