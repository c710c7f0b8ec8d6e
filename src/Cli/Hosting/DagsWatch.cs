using System.Threading.Channels;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Publishes the DAGs of a folder, and again what changes. What is wrong with one is told, and keeps none of the others.</summary>
internal sealed class DagsWatch : IAsyncDisposable
{
    // An editor saves a file in several steps, and a checkout many files.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    private readonly DagsFolder _dags;
    private readonly LocalHost _host;
    private readonly ServeEvents _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<string?> _changed = Channel.CreateUnbounded<string?>();
    private readonly FileSystemWatcher _watcher;
    private Task _publishing = Task.CompletedTask;

    public DagsWatch(DagsFolder dags, LocalHost host, ServeEvents events)
    {
        (_dags, _host, _events) = (dags, host, events);
        _watcher = new FileSystemWatcher(dags.Folder) { IncludeSubdirectories = true };
        _watcher.Changed += (_, change) => Changed(change.FullPath);
        _watcher.Created += (_, change) => Changed(change.FullPath);
        _watcher.Deleted += (_, change) => Changed(change.FullPath);
        _watcher.Renamed += (_, change) =>
        {
            Changed(change.OldFullPath);
            Changed(change.FullPath);
        };
        // What was missed is not known: all of it is looked at.
        _watcher.Error += (_, _) => _changed.Writer.TryWrite(null);
    }

    /// <summary>Publishes what is there, and goes on with what changes from now on.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _watcher.EnableRaisingEvents = true;
        foreach (var entry in _dags.Entries()) await PublishAsync(entry, cancellation);
        _publishing = Task.Run(() => FollowAsync(_stop.Token), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        await _stop.CancelAsync();
        await _publishing;
        _stop.Dispose();
    }

    private void Changed(string path)
    {
        if (_dags.EntryOf(path) is { } entry) _changed.Writer.TryWrite(entry);
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            while (await _changed.Reader.WaitToReadAsync(stop))
            {
                await Task.Delay(Settle, _host.Clock, stop);
                var entries = new SortedSet<string>(StringComparer.Ordinal);
                while (_changed.Reader.TryRead(out var entry)) entries.UnionWith(entry is null ? _dags.Entries() : [entry]);
                foreach (var entry in entries) await PublishAsync(entry, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task PublishAsync(string entry, CancellationToken cancellation)
    {
        try
        {
            if (!File.Exists(entry) && !Directory.Exists(entry))
            {
                _events.Say($"{Shown(entry)} is gone. What it held stays published: see 'updraft dags delete'.");
                return;
            }
            var loaded = await new DagLoader(_host.Data.Folder, _events.Say).LoadAsync(DagPath.Of(entry), cancellation);
            var package = await loaded.PackageAsync(_host.Data.Folder, _host.Services.Packages.HasAsync, _events.Say, cancellation);
            foreach (var dag in loaded.Dags)
            {
                var before = await _host.Services.Catalogue.GetAsync(dag.Name, cancellation);
                var published = await _host.Services.Catalogue.PublishAsync(new PublishDag { Spec = dag, Operators = loaded.Operators, Package = package, By = new Caller(Session.User) }, cancellation);
                if (before?.Current?.Hash != published.Current!.Hash)
                {
                    _events.Say(PublishPath.Line(published.Name, published.Current.Number, published.Current.Hash, changed: true));
                    foreach (var warning in await _host.Services.Connections.WarningsAsync(dag, cancellation)) _events.Say($"Warning: {warning}");
                }
                await _host.Services.StartHeartbeatsAsync([dag.Lane], cancellation);
            }
        }
        catch (Exception e) when (e is UpdraftException or IOException or UnauthorizedAccessException)
        {
            _events.Say($"{Shown(entry)} is not published:");
            _events.Troubled(e);
        }
    }

    private string Shown(string entry) => entry == _dags.Folder ? entry : Path.GetFileName(entry);
}
