namespace Updraft.Orchestration;

/// <summary>Codes of what is refused of pools; <c>docs/errors.md</c> lists them.</summary>
public static class PoolErrors
{
    /// <summary>The name, the slots or the description of a pool are refused.</summary>
    public const string Refused = "UPD2061";
}
