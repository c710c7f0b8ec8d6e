using System.CommandLine;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft show</c>.</summary>
internal static class ShowRun
{
    // A longer list is told by task; its failures are named.
    private const int MostRows = 200;

    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var command = session.Asking("show", "Shows a run and its tasks.", run);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            var shown = await RunShown.OfAsync(api, parsed.GetValue(run)!, cancellation);
            if (parsed.GetValue(session.Json)) session.Terminal.Out.WriteLine(RunDocumentJson.Of(shown, await FilesAsync(api, shown.Run.RunId, cancellation)));
            else session.Terminal.WriteLines(Lines(shown.Picture, session.Terminal.Clock.GetUtcNow()));
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> FilesAsync(ApiClient api, string runId, CancellationToken cancellation)
    {
        using var opened = api.OpenFolder();
        return opened is null ? [] : await RunFilesExport.PathsAsync(opened.Data, runId, cancellation);
    }

    private static IEnumerable<string> Lines(RunPicture picture, DateTimeOffset now)
    {
        yield return $"{Printable.Of(picture.RunId)}  {picture.Dag}  {StateNames.Of(picture.Status)}  {Elapsed.Format(picture.ElapsedAt(now))}";
        yield return $"  {ProgressText.Counts(picture)}";
        if (picture.Reason is { } reason) yield return $"  {Printable.Of(reason)}";
        foreach (var line in Columns.Of([.. Rows(picture, now)])) yield return line;
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
