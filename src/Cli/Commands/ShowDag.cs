using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft dags show</c>.</summary>
internal static class ShowDag
{
    private const int MostVersions = 10;
    private const int MostRuns = 5;

    public static Command Of(Session session)
    {
        var dag = DagCommands.NameArgument(session);
        var command = session.Asking("show", "Shows a DAG: its versions, schedule, next ticks and newest runs.", dag);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            var answer = await OfAsync(api, parsed.GetValue(dag)!, cancellation);
            return session.Print(parsed, answer, Lines(answer));
        });
        return command;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture);

    private static async Task<DagShown> OfAsync(ApiClient api, string name, CancellationToken cancellation)
    {
        var dag = await api.GetAsync<PublishedDag>($"dags/{name}", cancellation);
        var runs = await api.ListAsync<RunRow>(() => RunsOf(name), MostRuns, cancellation);
        return new DagShown(dag, [.. await api.ListAsync<PublishedVersion>(() => $"dags/{name}/versions", MostVersions, cancellation)], await api.GetAsync<ImmutableArray<DateTimeOffset>>($"dags/{name}/ticks", cancellation), [.. runs]);
    }

    private static ApiPath RunsOf(string dag)
    {
        ApiPath path = $"runs";
        return path.With("dag", dag);
    }

    private static IEnumerable<string> Lines(DagShown answer)
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

    private static IReadOnlyList<string> Run(RunRow run) => ["  " + Printable.Of(run.RunId), StateNames.Of(run.State), Time(run.CreatedAt)];
}

/// <summary>What is known of a published DAG.</summary>
/// <param name="Dag">Its document in the catalogue.</param>
/// <param name="Versions">Its newest versions, newest first.</param>
/// <param name="NextTicks">Its next ticks; empty when it has none, or is paused.</param>
/// <param name="Runs">Its newest runs, newest first.</param>
internal sealed record DagShown(PublishedDag Dag, ImmutableArray<PublishedVersion> Versions, ImmutableArray<DateTimeOffset> NextTicks, ImmutableArray<RunRow> Runs);
