using System.Text.RegularExpressions;

namespace Updraft.Operators;

/// <summary>Why a driver failed, from the last lines of its log.</summary>
internal static partial class DriverFailure
{
    private const int MaxShown = 220;

    /// <summary>The innermost cause, else the last exception, else what the cluster says, else the last line; null when there is no line.</summary>
    public static string? ReasonOf(IReadOnlyList<string> lines)
    {
        var end = lines.ToList().FindIndex(line => line.StartsWith('\n'));
        var driver = (end < 0 ? lines : lines.Take(end)).Select(line => line.Trim()).Where(line => line.Length > 0 && line != "stdout:").ToList();
        var cluster = (end < 0 ? [] : lines.Skip(end)).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.EndsWith(':')).ToList();
        var reason = driver.FindLast(line => line.StartsWith("Caused by: ", StringComparison.Ordinal)) ?? driver.FindLast(line => Thrown().IsMatch(line)) ?? cluster.FirstOrDefault() ?? driver.LastOrDefault();
        return reason is { Length: > MaxShown } ? reason[..MaxShown] + "…" : reason;
    }

    [GeneratedRegex(@"^(Exception in thread |([A-Za-z_][\w$]*\.)*[A-Za-z_][\w$]*(Exception|Error|Exit)(:|$))", RegexOptions.NonBacktracking)]
    private static partial Regex Thrown();
}
