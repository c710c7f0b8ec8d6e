namespace Updraft.Orchestration;

/// <summary>Codes of what goes wrong with events to running runs; <c>docs/errors.md</c> lists them.</summary>
public static class EventErrors
{
    /// <summary>An event's name, key, id, data or time to live is not what it may be.</summary>
    public const string Refused = "UPD2601";

    /// <summary>A wait for an event has no key, because its run has no business key.</summary>
    public const string NoKey = "UPD2602";
}
