namespace Updraft.Orchestration;

/// <summary>Codes of the failures of shared waits; <c>docs/errors.md</c> lists them. How a wait itself may end, <see cref="JobErrors"/> says.</summary>
public static class WaitErrors
{
    /// <summary>A wait could not be begun.</summary>
    public const string NotBegun = "UPD2210";
}
