namespace Updraft.Cli;

/// <summary>What a check of the installation found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="State">How it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do; null when all is well.</param>
internal sealed record Finding(string Check, FindingState State, string Text, string? Fix = null)
{
    public static Finding Well(string check, string text) => new(check, FindingState.Ok, text);

    public static Finding Notice(string check, string text, string fix) => new(check, FindingState.Notice, text, fix);

    public static Finding Wrong(string check, string text, string fix) => new(check, FindingState.Wrong, text, fix);
}

/// <summary>How something is.</summary>
internal enum FindingState
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Something may be missed.</summary>
    Notice,

    /// <summary>Something does not work.</summary>
    Wrong,
}
