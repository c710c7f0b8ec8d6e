using System.Collections.Frozen;

namespace Updraft.Orchestration;

/// <summary>Codes of failures of engines and stores, whichever they are: nobody's fault who asked, and gone when it is asked again later.</summary>
public static class StorageCodes
{
    private const string Embedded = "UPD3";
    private const string Azure = "UPD70";

    // No access, not reached, too busy, a failed request: mended by others, or by time.
    private static readonly FrozenSet<string> Passing = FrozenSet.Create(StringComparer.Ordinal, Azure + "02", Azure + "03", Azure + "04", Azure + "05");

    /// <summary>Whether a code says that a storage account is away, while the engine is not: waiting helps.</summary>
    public static bool Pass(string code) => Passing.Contains(code);

    /// <summary>Whether a code is one of them.</summary>
    public static bool Include(string code) => code.StartsWith(Embedded, StringComparison.Ordinal) || code.StartsWith(Azure, StringComparison.Ordinal);
}
