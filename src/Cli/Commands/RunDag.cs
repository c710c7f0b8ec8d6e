using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft run</c>: makes a run, or goes on with one that was cut short, and drives it to its end.</summary>
internal sealed class RunDag(Terminal terminal, RunOptions options)
{
    // What has ended by then need not be reachable, and what starts is not held up.
    private static readonly TimeSpan ListenAfter = TimeSpan.FromMilliseconds(300);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var conf = RunArguments.Conf(options.Conf);
        var labels = RunArguments.Labels(options.Labels);
        if (options.RunId is { } given) RunClient.CheckedId(given);
        var existing = await FindAsync(cancellation);
        if (existing is not null && options.Conf is not null && !JsonElement.DeepEquals(conf, existing.Request.Conf))
        {
            throw new UpdraftException(CliErrors.OtherRun, $"run '{Printable.Of(options.RunId!)}' exists with another conf, {Printable.Of(existing.Request.Conf.GetRawText())}: leave --conf out, or choose another --run-id");
        }
        var wanted = await LoadAsync(existing?.Request, conf, cancellation);
        if (existing is { Final: true }) return await EndAsync(existing.Request.RunId, cancellation);

        var runId = options.RunId ?? RunClient.NewId("manual", terminal.Clock.GetUtcNow());
        await using var host = await FolderOwnership.RetryAsync(() => LocalHost.OpenAsync(new LocalHostOptions { Folder = options.DataFolder, Storage = options.Storage, OnlyRun = runId, Clock = terminal.Clock, Logging = NullLoggerFactory.Instance }), FolderOwnership.Patience, cancellation);
        // Removed since it was made: that cannot happen from here on.
        if (existing is null && wanted!.Package is { } package && !await host.Services.Packages.HasAsync(package, cancellation)) wanted = await LoadAsync(null, conf, cancellation);
        if (existing is null) (await host.Runs.TriggerAsync(wanted! with { RunId = runId, Conf = conf, Labels = labels, Note = options.Note, BusinessKey = options.BusinessKey }, cancellation)).OrRefused();
        else await host.Runs.EnsureStartedAsync(runId, cancellation);
        await host.StartAsync();
        _ = host.ListenAsync([], after: ListenAfter);
        var ended = await new RunWatch(terminal, host, runId).ToEndAsync(options.Form, cancellation);
        return await RunResult.PrintAsync(terminal, ended, host.Data, options.Form, cancellation);
    }

    /// <summary>The run of the id that was given; null when there is none.</summary>
    private async Task<RunView?> FindAsync(CancellationToken cancellation)
    {
        if (options.RunId is not { } runId || !DataFolder.Exists(options.DataFolder)) return null;
        using var opened = DataFolder.Open(options.DataFolder, options.Storage);
        return await new RunReader(opened.Data.State).GetAsync(runId, cancellation);
    }

    /// <summary>What is to be run. A run that exists keeps its version; where the files have changed since, that is said.</summary>
    private async Task<TriggerRun?> LoadAsync(RunRequest? existing, JsonElement conf, CancellationToken cancellation)
    {
        try
        {
            var path = DagPath.Of(options.Path);
            var loaded = await new DagLoader(options.DataFolder, terminal.Error.WriteLine).LoadAsync(path, cancellation);
            var dag = loaded.Choose(options.Dag);
            if (existing is null)
            {
                if (ConfCheck.Apply(dag.Params, conf).Problems is { IsEmpty: false } problems) throw Problems.ToException(problems);
                return new TriggerRun { Dag = dag, Operators = loaded.Operators, Package = await loaded.PackageAsync(options.DataFolder, terminal.Error.WriteLine, cancellation) };
            }
            if (dag.Name != existing.Dag) throw new UpdraftException(CliErrors.OtherRun, $"run '{Printable.Of(existing.RunId)}' is of DAG '{existing.Dag}', and {options.Path} holds '{dag.Name}': choose another --run-id");
            if (DagJson.Hash(dag) == existing.DagHash && await loaded.PackageAsync(options.DataFolder, terminal.Error.WriteLine, cancellation) == existing.Package) return null;
            terminal.Error.WriteLine("The files have changed since the run began: it keeps the version that it began with.");
        }
        catch (UpdraftException e) when (existing is not null && e.Code != CliErrors.OtherRun)
        {
            terminal.Error.WriteLine($"The files have changed since the run began, and cannot be used now ({e.Code}): it keeps the version that it began with.");
        }
        return null;
    }

    private async Task<int> EndAsync(string runId, CancellationToken cancellation)
    {
        await using var api = ApiClient.OfFolder(options.DataFolder, terminal.Clock, storage: options.Storage);
        using var opened = DataFolder.Open(options.DataFolder, options.Storage);
        return await RunResult.PrintAsync(terminal, await RunShown.OfAsync(api, runId, cancellation), opened.Data, options.Form, cancellation);
    }
}
