using System.CommandLine;
using System.Globalization;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft logs</c>.</summary>
internal sealed class PrintLogs(Terminal terminal, ApiClient api, string runId) : IAsyncDisposable
{
    private readonly Dictionary<string, LogTail> _tails = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    // Larger maps are split into parts, whose changes the stream of the run tells late.
    private const int MostTold = 200;

    private readonly LogChanges _changes = new(api, terminal.Clock);
    private string? _last;

    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var task = new Argument<string?>("TASK[KEY]") { Arity = ArgumentArity.ZeroOrOne, Description = "A task, or one mapped instance of it; all when left out." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the run has ended." };
        var command = session.Asking("logs", "Prints what the tasks of a run wrote.", run, task, follow);
        command.Options.Remove(session.Json);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            var wanted = parsed.GetValue(task) is { } name ? InstanceName.Parse(name) : null;
            await using var logs = new PrintLogs(session.Terminal, api, parsed.GetValue(run)!);
            return await logs.RunAsync(wanted, parsed.GetValue(follow), cancellation);
        });
        return command;
    }

    /// <param name="wanted">Which task instances; null for all.</param>
    /// <param name="follow">Whether to go on until the run has ended.</param>
    /// <param name="cancellation">Ends following.</param>
    public async Task<int> RunAsync(InstanceName? wanted, bool follow, CancellationToken cancellation)
    {
        DagSpec? dag = null;
        while (true)
        {
            // The state comes first: what was written before the end is there after it.
            var run = await api.GetAsync<RunResource>($"runs/{runId}", cancellation);
            dag ??= await RunShown.DagOfAsync(api, runId, cancellation);
            var found = await LookAsync(dag, wanted, follow && !run.Final, cancellation);
            if (!found && wanted is not null && (run.Final || !follow)) throw new UpdraftException(CliErrors.NoTask, $"run '{runId}' has no task instance '{wanted}'{Suggestion.For(wanted.TaskId, dag.Tasks.Select(task => task.Id))}; see 'updraft show'");
            if (run.Final || !follow) break;
            _changes.Hear("run", $"runs/{runId}/stream");
            if (run.Counts.Values.Sum() > MostTold) _changes.LookToo();
            await _changes.WaitAsync(cancellation);
        }
        foreach (var (name, tail) in _tails) Print(name, tail.Rest());
        return ExitCodes.Success;
    }

    public ValueTask DisposeAsync() => _changes.DisposeAsync();

    private async Task<bool> LookAsync(DagSpec dag, InstanceName? wanted, bool follow, CancellationToken cancellation)
    {
        var instances = (await RunShown.InstancesOfAsync(api, runId, dag, cancellation)).Where(instance => wanted?.Matches(instance.Task, instance.Keys) != false).ToList();
        foreach (var instance in instances.Where(instance => !instance.Place.Contains(-1)))
        {
            for (var number = 1; number <= instance.Try; number++) await PrintAsync(instance, number, follow, cancellation);
        }
        return instances.Count > 0;
    }

    private async Task PrintAsync(TaskInstanceResource instance, int number, bool follow, CancellationToken cancellation)
    {
        var name = new InstanceName(instance.Task, instance.Keys) + (number > 1 ? string.Create(CultureInfo.InvariantCulture, $" (try {number})") : "");
        // A try that had ended when its log was last read says nothing more.
        if (_read.Contains(name)) return;
        if (number < instance.Try || instance.EndedAt is not null) _read.Add(name);
        if (!_tails.TryGetValue(name, out var tail)) _tails[name] = tail = new LogTail((offset, give) => OpenAsync(instance, number, offset, give));
        Print(name, await tail.NextAsync(cancellation));
        if (follow && instance.StartedAt is not null && !_read.Contains(name)) _changes.Hear(name, PathOf(instance, number, tail.Offset, isStream: true));
    }

    private async Task<Stream?> OpenAsync(TaskInstanceResource instance, int number, long offset, CancellationToken cancellation)
    {
        var response = await api.SendAsync(HttpMethod.Get, PathOf(instance, number, offset), null, cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    private ApiPath PathOf(TaskInstanceResource instance, int number, long offset, bool isStream = false)
    {
        ApiPath path = $"runs/{runId}/logs/{instance.Task}";
        if (isStream) path = $"runs/{runId}/logs/{instance.Task}/stream";
        var place = instance.Place.IsEmpty ? null : string.Join('-', instance.Place.Select(slot => slot.ToString(CultureInfo.InvariantCulture)));
        return path.With("place", place).With("try", number).With("offset", offset);
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
