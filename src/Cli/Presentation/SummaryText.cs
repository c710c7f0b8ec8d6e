using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>How a run ended: its outcome, what failed and why, the slowest tasks, the critical path.</summary>
internal static class SummaryText
{
    private const int Slowest = 5;
    private const int FailuresShown = 20;
    private const int PathShown = 20;

    public static IReadOnlyList<string> Of(RunPicture run, DagSpec dag, DateTimeOffset now)
    {
        var lines = new List<string> { "", $"{Outcome(run)} in {Elapsed.Format(run.ElapsedAt(now))}: {ProgressText.Counts(run)}" };
        if (run.Reason is { } reason) lines.Add($"  {Printable.Of(reason)}");
        lines.AddRange(Failures(run));
        lines.AddRange(SlowestTasks(run));
        lines.AddRange(Path(run, dag));
        return lines;
    }

    private static string Outcome(RunPicture run) => run.Status switch
    {
        RunStatus.Success when run.Counts.GetValueOrDefault(TaskState.Failed) > 0 => "Run succeeded, over failed tasks,",
        RunStatus.Success => "Run succeeded",
        RunStatus.Failed => "Run failed",
        RunStatus.Cancelled => "Run was cancelled",
        _ => $"Run is {StateNames.Of(run.Status)}",
    };

    private static IEnumerable<string> Failures(RunPicture run)
    {
        var failed = run.Instances.Where(instance => instance.State == TaskState.Failed).ToList();
        if (failed.Count == 0) yield break;
        yield return "";
        yield return "Failed";
        foreach (var line in Columns.Of([.. failed.Take(FailuresShown).Select(instance => (IReadOnlyList<string>)["  " + instance.Name, instance.Code ?? "", Printable.Of(instance.Reason ?? "")])])) yield return line;
        if (failed.Count > FailuresShown) yield return Invariant($"  and {failed.Count - FailuresShown} more");
        yield return $"  updraft logs {Quoted(run.RunId)} {Quoted(failed[0].Name)}";
    }

    private static IEnumerable<string> SlowestTasks(RunPicture run)
    {
        var slowest = run.Instances.Where(instance => instance.Duration is not null).OrderByDescending(instance => instance.Duration).Take(Slowest).ToList();
        if (slowest.Count == 0) yield break;
        yield return "";
        yield return "Slowest";
        foreach (var line in Columns.Of([.. slowest.Select(instance => (IReadOnlyList<string>)["  " + instance.Name, Elapsed.Format(instance.Duration!.Value)])])) yield return line;
    }

    private static IEnumerable<string> Path(RunPicture run, DagSpec dag)
    {
        var path = CriticalPath.Of(dag, run.Instances);
        if (path.Count < 2) yield break;
        var shown = path.Skip(Math.Max(0, path.Count - PathShown)).ToList();
        yield return "";
        yield return Invariant($"Critical path, {Elapsed.Format(path[^1].EndedAt!.Value - path[0].StartedAt!.Value)}");
        yield return "  " + (shown.Count < path.Count ? "… → " : "") + string.Join(" → ", shown.Select(instance => $"{instance.Name} {Elapsed.Format(instance.Duration!.Value)}"));
    }

    // Typed again by a reader: a name with brackets or blanks would mean something to a shell.
    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ':') ? text : $"'{Printable.Of(text).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
