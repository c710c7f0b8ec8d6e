using System.CommandLine;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft dags show</c>.</summary>
internal static class ShowDag
{
    public static Command Of(Session session)
    {
        var dag = DagCommands.NameArgument();
        var command = new Command("show", "Shows a DAG: its versions, schedule, next ticks and newest runs.") { dag, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var answer = await session.AskAsync(parsed, DagOperations.Show, new DagRequest(parsed.GetValue(dag)!, Caller.Unknown), cancellation);
            return session.Print(parsed, answer, Lines(answer));
        });
        return command;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(DagAnswer answer)
    {
        var dag = answer.Dag;
        yield return dag.Name + (dag.Team is { } team ? $"  team {team}" : "") + (dag.Lane == Dags.DagSpec.DefaultLane ? "" : $"  lane {dag.Lane}");
        if (PublishedSummary.Of(dag).Schedule is { } schedule) yield return $"  schedule  {Printable.Of(schedule)}";
        if (dag.Paused) yield return Printable.Of($"  paused by {dag.PausedBy ?? "?"}{(dag.PauseReason is { } why ? $": {why}" : "")}");
        foreach (var tick in answer.NextTicks) yield return $"  next      {Time(tick)}";
        yield return "Versions";
        foreach (var line in Columns.Of([.. answer.Versions.Select(Version)])) yield return line;
        if (answer.Runs.IsEmpty) yield break;
        yield return "Runs";
        foreach (var line in Columns.Of([.. answer.Runs.Select(Run)])) yield return line;
    }

    private static IReadOnlyList<string> Version(PublishedVersion version) =>
        ["  " + version.Number.ToString(CultureInfo.InvariantCulture), version.Hash[..12], Time(version.PublishedAt), Printable.Of(version.PublishedBy ?? "")];

    private static IReadOnlyList<string> Run(RunLine run) => ["  " + Printable.Of(run.RunId), StateNames.Of(run.Status), Time(run.CreatedAt)];
}
