namespace Updraft.Cli;

/// <summary>For whom a result is printed.</summary>
internal enum PrintForm
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For a program.</summary>
    Json,

    /// <summary>For nobody: the exit code says it.</summary>
    Quiet,
}
