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
}
