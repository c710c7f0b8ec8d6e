namespace Updraft.Embedded;

/// <summary>Codes of the failures of the embedded engine and its stores.</summary>
public static class EngineErrors
{
    /// <summary>Another process owns the data folder.</summary>
    public const string FolderOwned = "UPD3001";

    /// <summary>The data folder was written by a newer version.</summary>
    public const string NewerFormat = "UPD3002";

    /// <summary>The disk is full.</summary>
    public const string DiskFull = "UPD3003";

    /// <summary>Reading or writing the data folder failed.</summary>
    public const string Storage = "UPD3004";

    /// <summary>The data folder cannot be written to.</summary>
    public const string ReadOnly = "UPD3005";

    /// <summary>The database is damaged.</summary>
    public const string Damaged = "UPD3006";

    /// <summary>The host has stopped, or was never able to write.</summary>
    public const string Stopped = "UPD3007";

    /// <summary>A replay does not match the history: the orchestrator's code has changed, or is not deterministic.</summary>
    public const string ReplayMismatch = "UPD3010";

    /// <summary>No orchestrator of that name is registered.</summary>
    public const string UnknownOrchestrator = "UPD3011";

    /// <summary>No activity of that name is registered.</summary>
    public const string UnknownActivity = "UPD3012";

    /// <summary>A payload is over its limit.</summary>
    public const string PayloadTooLarge = "UPD3013";

    /// <summary>An orchestrator awaits, or was continued by, something that is not from its context.</summary>
    public const string ForeignAwait = "UPD3014";

    /// <summary>The process died time after time while it took a turn of an orchestration.</summary>
    public const string KillsHost = "UPD3016";

    /// <summary>An orchestrator waits twice for one event name.</summary>
    public const string SecondWait = "UPD3015";
}
