namespace Updraft.Orchestration;

/// <summary>Codes of failures of engines and stores, whichever they are: nobody's fault who asked, and gone when it is asked again later.</summary>
public static class StorageCodes
{
    private const string Embedded = "UPD3";
    private const string Azure = "UPD70";

    /// <summary>Whether a code is one of them.</summary>
    public static bool Include(string code) => code.StartsWith(Embedded, StringComparison.Ordinal) || code.StartsWith(Azure, StringComparison.Ordinal);
}
