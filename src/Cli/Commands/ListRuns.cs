using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft runs</c>.</summary>
internal sealed class ListRuns(Terminal terminal, DataFolder data)
{
    public async Task<int> RunAsync(int limit, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<string>> { (string[])["RUN", "DAG", "STATE", "CREATED", "TOOK"] };
        await foreach (var (entry, summary) in new RunReader(data.State).ListAsync(null, cancellation).Take(limit)) rows.Add(Row(entry, summary));
        if (rows.Count == 1) terminal.Out.WriteLine($"There are no runs in {data.Folder}.");
        else terminal.WriteLines(Columns.Of(rows));
        return ExitCodes.Success;
    }

    private string[] Row(RunIndexEntry entry, RunSummary summary)
    {
        var end = summary.EndedAt ?? terminal.Clock.GetUtcNow().UtcDateTime;
        return
        [
            Printable.Of(entry.RunId),
            entry.Dag,
            StateNames.Of(summary.Status),
            entry.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture),
            summary.StartedAt is { } started ? Elapsed.Format(end - started) : "",
        ];
    }
}
