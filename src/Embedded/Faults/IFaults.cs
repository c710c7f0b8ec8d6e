namespace Updraft.Embedded;

/// <summary>
/// A seam for tests: called before and after everything that leaves this process or changes the disk. It may throw
/// <see cref="SimulatedCrashException"/>, after which the host is dead, or <see cref="SimulatedStorageFaultException"/>, which fails the write.
/// </summary>
public interface IFaults
{
    /// <summary>Called at a point; <paramref name="what"/> names the file, activity or reply.</summary>
    void At(FaultPoint point, string what);
}

/// <summary>Where a fault can be injected.</summary>
public enum FaultPoint
{
    /// <summary>A transaction is about to be committed.</summary>
    BeforeCommit,

    /// <summary>A transaction is committed, and nobody knows yet.</summary>
    AfterCommit,

    /// <summary>A file is about to be written.</summary>
    BeforeFileWrite,

    /// <summary>A file is written, and nobody knows yet.</summary>
    AfterFileWrite,

    /// <summary>An activity is about to start.</summary>
    ActivityStarting,

    /// <summary>An activity has returned or thrown.</summary>
    ActivityFinished,

    /// <summary>A caller is about to be answered.</summary>
    Replying,
}

/// <summary>The process dies here.</summary>
public sealed class SimulatedCrashException(string where) : Exception($"simulated crash at {where}");

/// <summary>The write fails here. Thrown after a write, its answer is lost.</summary>
public sealed class SimulatedStorageFaultException(StorageFault fault) : IOException($"simulated fault: {fault}")
{
    /// <summary>What failed.</summary>
    public StorageFault Fault { get; } = fault;
}

/// <summary>The ways in which a write can fail.</summary>
public enum StorageFault
{
    /// <summary>No space is left.</summary>
    DiskFull,

    /// <summary>The device failed.</summary>
    IoError,

    /// <summary>Writing is not allowed.</summary>
    ReadOnly,

    /// <summary>What was written may or may not be on the disk.</summary>
    FailedFsync,
}
