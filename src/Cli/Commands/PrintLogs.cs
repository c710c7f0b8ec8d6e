using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft logs</c>.</summary>
internal sealed class PrintLogs(Terminal terminal, DataFolder data)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    private readonly RunReader _runs = new(data.State);
    private readonly Dictionary<string, LogTail> _tails = new(StringComparer.Ordinal);
    private string? _last;

    /// <param name="runId">The run.</param>
    /// <param name="wanted">Which task instances; null for all.</param>
    /// <param name="follow">Whether to go on until the run has ended.</param>
    /// <param name="cancellation">Ends following.</param>
    public async Task<int> RunAsync(string runId, InstanceName? wanted, bool follow, CancellationToken cancellation)
    {
        while (true)
        {
            // The state comes first: what was written before the end is there after it.
            var run = await _runs.GetAsync(runId, cancellation) ?? throw await NoRun.OfAsync(data, runId, cancellation);
            var found = await LookAsync(run, wanted, cancellation);
            if (!found && wanted is not null && (run.Final || !follow)) throw new Dags.UpdraftException(CliErrors.NoTask, $"run '{Printable.Of(runId)}' has no task instance '{Printable.Of(wanted.ToString())}': see 'updraft show'");
            if (run.Final || !follow) break;
            await Task.Delay(Look, terminal.Clock, cancellation);
        }
        foreach (var (name, tail) in _tails) Print(name, tail.Rest());
        return ExitCodes.Success;
    }

    private async Task<bool> LookAsync(RunView run, InstanceName? wanted, CancellationToken cancellation)
    {
        var order = RunPictures.OrderOf(await PinnedDag.OfAsync(new SpecStore(data.State), run.Request, cancellation));
        var instances = await _runs.InstancesAsync(run, cancellation).Where(instance => wanted?.Matches(instance.Task, instance.Keys) != false).ToListAsync(cancellation);
        foreach (var instance in instances.Where(instance => !instance.Place.Contains(-1)).OrderBy(instance => order.GetValueOrDefault(instance.Task, int.MaxValue)).ThenBy(instance => instance.Place, SlotOrder.Instance))
        {
            for (var number = 1; number <= instance.Try; number++) await PrintAsync(run.Request.RunId, instance, number, cancellation);
        }
        return instances.Count > 0;
    }

    private async Task PrintAsync(string runId, InstanceDocument instance, int number, CancellationToken cancellation)
    {
        var name = new InstanceName(instance.Task, instance.Keys) + (number > 1 ? FormattableString.Invariant($" (try {number})") : "");
        if (!_tails.TryGetValue(name, out var tail)) _tails[name] = tail = new LogTail(data.Blobs, AttemptPaths.Log(runId, instance.Task, instance.Place, number));
        Print(name, await tail.NextAsync(cancellation));
    }

    private void Print(string name, string text)
    {
        if (text.Length == 0) return;
        if (_last != name) terminal.Out.WriteLine($"{(_last is null ? "" : "\n")}── {Printable.Of(name)}");
        _last = name;
        terminal.Out.Write(Printable.OfLog(text));
        terminal.Out.Flush();
    }
}
