namespace Updraft.Cli;

/// <summary>Where a command writes, and when it is.</summary>
/// <param name="In">Answers to questions.</param>
/// <param name="Out">Results.</param>
/// <param name="Error">Failures and, beside a result that is read by a program, progress.</param>
/// <param name="IsInteractive">Whether what was written can be redrawn in place.</param>
/// <param name="Clock">The clock.</param>
internal sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error, bool IsInteractive, TimeProvider Clock)
{
    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(
        Console.In,
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        TimeProvider.System);

    public void WriteLines(IEnumerable<string> lines)
    {
        foreach (var line in lines) Out.WriteLine(line);
    }
}
