using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What is told of a run that has ended.</summary>
internal static class RunResult
{
    private const int FilesNamed = 4;

    /// <summary>Prints the result of a run, and puts its files where they are looked for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> PrintAsync(Terminal terminal, DataFolder data, RunView ended, bool json, CancellationToken cancellation)
    {
        var text = await TextAsync(data, ended, terminal.Clock.GetUtcNow(), cancellation);
        if (json) terminal.Out.WriteLine(await JsonAsync(data, ended, cancellation));
        else terminal.WriteLines([.. text, "", $"Run {Printable.Of(ended.Request.RunId)}"]);
        return ExitCodes.Of(ended.Body);
    }

    /// <summary>For a program: the run document.</summary>
    public static async Task<string> JsonAsync(DataFolder data, RunView run, CancellationToken cancellation)
    {
        var order = RunPictures.OrderOf(await PinnedDag.OfAsync(data, run.Request, cancellation));
        var instances = await new RunReader(data.State).InstancesAsync(run, cancellation).ToListAsync(cancellation);
        var files = await RunFilesExport.PathsAsync(data, run.Request.RunId, cancellation);
        return RunDocumentJson.Of(run, instances.OrderBy(instance => order.GetValueOrDefault(instance.Task, int.MaxValue)).ThenBy(instance => instance.Place, SlotOrder.Instance), files);
    }

    /// <summary>For people: the summary, and where the files of the run lie.</summary>
    public static async Task<IReadOnlyList<string>> TextAsync(DataFolder data, RunView run, DateTimeOffset now, CancellationToken cancellation)
    {
        var dag = await PinnedDag.OfAsync(data, run.Request, cancellation);
        var picture = await RunPictures.OfAsync(new RunReader(data.State), run, RunPictures.OrderOf(dag), cancellation);
        var files = await RunFilesExport.ExportAsync(data, run.Request.RunId, cancellation);
        return [.. SummaryText.Of(picture, dag, now), .. Files(data, run.Request.RunId, files)];
    }

    /// <summary>Files at the top are meant for people, and are named first.</summary>
    private static IEnumerable<string> Files(DataFolder data, string runId, IReadOnlyList<string> files)
    {
        if (files.Count == 0) yield break;
        var folder = RunFilesExport.FolderOf(data, runId);
        var named = files.OrderBy(file => Path.GetDirectoryName(file)!.Length).ThenBy(file => file, StringComparer.Ordinal).Take(FilesNamed).ToList();
        yield return "";
        yield return "Files";
        foreach (var file in named) yield return $"  {Shown(file)}";
        if (files.Count > named.Count) yield return FormattableString.Invariant($"  and {files.Count - named.Count} more in {Shown(folder)}");
    }

    // As short as it can be typed.
    private static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
}
