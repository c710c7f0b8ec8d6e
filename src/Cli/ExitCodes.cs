using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What the process tells its caller; <c>docs/cli.md</c> lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and where a run was asked for, it succeeded.</summary>
    public const int Success = 0;

    /// <summary>The run failed.</summary>
    public const int RunFailed = 1;

    /// <summary>The input or the command line is wrong; nothing was started.</summary>
    public const int InvalidInput = 2;

    /// <summary>The run overran its run timeout.</summary>
    public const int TimedOut = 3;

    /// <summary>The run was cancelled.</summary>
    public const int Cancelled = 4;

    /// <summary>Something that the command needs cannot be reached or started.</summary>
    public const int Unavailable = 5;

    /// <summary>The run had not ended when the wait for it was over.</summary>
    public const int NotEnded = 6;

    /// <summary>Left at once on a second Ctrl+C; the run is neither confirmed nor ended.</summary>
    public const int Interrupted = 130;

    /// <summary>Of a run that has ended.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="code">The code of what ended it; null for none.</param>
    public static int Of(RunStatus status, string? code) => status switch
    {
        RunStatus.Success => Success,
        RunStatus.Cancelled => Cancelled,
        _ when code == RunErrors.RunTimeout => TimedOut,
        _ => RunFailed,
    };

    /// <summary>Of a failure: storage, and whatever else is no fault of the input, cannot be reached.</summary>
    public static int Of(string code) => StorageCodes.Include(code) || code is CliErrors.NoData or CliErrors.Files or CliErrors.OwnerLost or CliErrors.OwnerVersion or CliErrors.Unreachable or ApiErrors.Defect or ApiErrors.Stopping or RunErrors.Broken or Operators.OperatorErrors.ConnectionTest ? Unavailable : InvalidInput;
}
