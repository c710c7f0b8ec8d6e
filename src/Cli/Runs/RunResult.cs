namespace Updraft.Cli;

/// <summary>What is told of a run that has ended.</summary>
internal static class RunResult
{
    private const int FilesNamed = 4;

    /// <summary>Prints the result of a run, and puts its files where they are looked for.</summary>
    /// <param name="terminal">Where it goes.</param>
    /// <param name="shown">The run, which has ended.</param>
    /// <param name="data">The data folder, where its files are put; null where they stay at the server.</param>
    /// <param name="how">For people, for a program, or not at all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> PrintAsync(Terminal terminal, RunShown shown, DataFolder? data, PrintForm how, CancellationToken cancellation)
    {
        var exported = data is null ? [] : await RunFilesExport.ExportAsync(data, shown.Run.RunId, cancellation);
        if (how == PrintForm.Json) terminal.Out.WriteLine(RunDocumentJson.Of(shown, exported));
        else if (how == PrintForm.Text) terminal.WriteLines([.. SummaryText.Of(shown.Picture, shown.Dag, terminal.Clock.GetUtcNow()), .. Files(data, shown.Run.RunId, exported), "", $"Run {Printable.Of(shown.Run.RunId)}{(data?.Storage is { } storage ? $", kept with its logs and outputs in {storage}" : "")}"]);
        return ExitCodes.Of(shown.Run.State, shown.Run.Code);
    }

    /// <summary>Files at the top are meant for people, and are named first.</summary>
    private static IEnumerable<string> Files(DataFolder? data, string runId, IReadOnlyList<string> files)
    {
        if (files.Count == 0 || data is null) yield break;
        var named = files.OrderBy(file => Path.GetDirectoryName(file)!.Length).ThenBy(file => file, StringComparer.Ordinal).Take(FilesNamed).ToList();
        yield return "";
        yield return "Files";
        foreach (var file in named) yield return $"  {Shown(file)}";
        if (files.Count > named.Count) yield return FormattableString.Invariant($"  and {files.Count - named.Count} more in {Shown(RunFilesExport.FolderOf(data, runId))}");
    }

    // As short as it can be typed.
    private static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
}
