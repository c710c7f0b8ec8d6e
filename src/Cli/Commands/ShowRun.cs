using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft show</c>.</summary>
internal sealed class ShowRun(Terminal terminal, DataFolder data)
{
    // A longer list is told by task; its failures are named.
    private const int MostRows = 200;

    private readonly RunReader _runs = new(data.State);

    public async Task<int> RunAsync(string runId, bool json, CancellationToken cancellation)
    {
        var run = await _runs.GetAsync(runId, cancellation) ?? throw await NoRun.OfAsync(data, runId, cancellation);
        if (json)
        {
            terminal.Out.WriteLine(await RunResult.JsonAsync(data, run, cancellation));
            return ExitCodes.Success;
        }
        var dag = await PinnedDag.OfAsync(data, run.Request, cancellation);
        var picture = await RunPictures.OfAsync(_runs, run, RunPictures.OrderOf(dag), cancellation);
        var now = terminal.Clock.GetUtcNow();
        terminal.WriteLines([$"{Printable.Of(runId)}  {picture.Dag}  {StateNames.Of(picture.Status)}  {Elapsed.Format(picture.ElapsedAt(now))}", $"  {ProgressText.Counts(picture)}"]);
        if (picture.Reason is { } reason) terminal.Out.WriteLine($"  {Printable.Of(reason)}");
        terminal.WriteLines(Columns.Of([.. Rows(picture, now)]));
        return ExitCodes.Success;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(RunPicture run, DateTimeOffset now)
    {
        var all = run.Instances.Length <= MostRows;
        foreach (var task in run.Instances.GroupBy(instance => instance.TaskId))
        {
            if (!all && task.Count() > 1) yield return ["  " + task.Key, string.Join(", ", task.CountBy(instance => instance.State).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {StateNames.Of(count.Key)}")))];
            foreach (var instance in task.Where(instance => all || task.Count() == 1 || instance.State == TaskState.Failed)) yield return Row(instance, now);
        }
    }

    private static string[] Row(InstancePicture instance, DateTimeOffset now) =>
    [
        "  " + instance.Name,
        StateNames.Of(instance.State) + (instance.Try > 1 ? string.Create(CultureInfo.InvariantCulture, $" (try {instance.Try})") : ""),
        instance.StartedAt is { } started ? Elapsed.Format((instance.EndedAt ?? now) - started) : "",
        Printable.Of(string.Join(' ', new[] { instance.Code, instance.Reason }.OfType<string>())),
    ];
}
