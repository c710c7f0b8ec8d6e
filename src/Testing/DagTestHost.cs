using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Testing;

/// <summary>Runs DAGs in a test on the real engine, with operators of the test's own in place of what the tasks would reach.</summary>
/// <example><code>
/// await using var host = await DagTestHost.StartAsync(new DagTestOptions { Operators = [new FakeShell()] });
/// var run = await host.RunAsync(new Nightly().Define());
/// Assert.Equal(RunStatus.Success, run.Body.Status);
/// </code></example>
public sealed class DagTestHost : IAsyncDisposable
{
    private readonly EmbeddedHost _host;
    private readonly RunServices _services;
    private readonly OperatorCatalog _operators;
    private readonly string? _ownFolder;
    private readonly ConditionalWeakTable<DagSpec, OperatorManifest[]> _valid = []; // With the operators that it uses.

    private DagTestHost(EmbeddedHost host, DagTestOptions options, string? ownFolder)
    {
        (_host, _ownFolder) = (host, ownFolder);
        var names = options.Operators.Select(each => each.Manifest.Name).ToHashSet(StringComparer.Ordinal);
        _operators = new OperatorCatalog(BuiltInOperators.Catalog.All.Where(builtIn => !names.Contains(builtIn.Manifest.Name)).Concat(options.Operators));
        var folder = host.Options.DataFolder;
        _services = new RunServices(new RunPorts(host.State, host.Blobs, host.Attempts, host.Client, host.Options.Time), _operators,
            options.Packages ?? new PackageFolders(Path.Combine(folder, "packages"), new PackageNotes(host.State, host.Options.Time)), Path.Combine(folder, "scratch"), host.Options.Logging, options.PartSize);
    }

    /// <summary>All that runs are made of.</summary>
    public RunServices Services => _services;

    /// <summary>Triggers and commands runs.</summary>
    public RunClient Runs => _services.Runs;

    /// <summary>Actors and what repairs them.</summary>
    public ActorRuntime Actors => _services.Actors;

    /// <summary>The engine and its stores.</summary>
    public EmbeddedHost Embedded => _host;

    /// <summary>Opens a data folder and starts its engine.</summary>
    public static async Task<DagTestHost> StartAsync(DagTestOptions? options = null)
    {
        options ??= new DagTestOptions();
        var own = options.Embedded is null ? Directory.CreateTempSubdirectory("updraft-test-").FullName : null;
        var embedded = await EmbeddedHost.OpenAsync(options.Embedded ?? new EmbeddedOptions { DataFolder = own!, RelaxedDurability = true });
        var host = new DagTestHost(embedded, options, own);
        var registry = new ActivityRegistry();
        host._services.Register(registry);
        await embedded.StartAsync(registry);
        return host;
    }

    /// <summary>Checks a DAG, triggers it and waits for its end.</summary>
    /// <exception cref="UpdraftException">The DAG or the conf is refused.</exception>
    public async Task<RunView> RunAsync(DagSpec dag, object? conf = null, string? runId = null, CancellationToken cancellation = default)
    {
        var triggered = await TriggerAsync(dag, conf, runId, cancellation);
        return (await Runs.WaitAsync(triggered.Request.RunId, cancellation))!;
    }

    /// <summary>Checks a DAG and triggers it.</summary>
    /// <exception cref="UpdraftException">The DAG or the conf is refused.</exception>
    public Task<TriggeredRun> TriggerAsync(DagSpec dag, object? conf = null, string? runId = null, CancellationToken cancellation = default)
    {
        if (!_valid.TryGetValue(dag, out var operators))
        {
            if (DagValidator.Validate(dag, _operators.Manifests) is { IsEmpty: false } problems) throw Problems.ToException(problems);
            var names = dag.OperatorNames().ToHashSet(StringComparer.Ordinal);
            operators = _valid.GetValue(dag, _ => [.. _operators.Manifests.Where(manifest => names.Contains(manifest.Name))]);
        }
        return Runs.TriggerAsync(new TriggerRun
        {
            Dag = dag,
            Operators = operators,
            RunId = runId,
            Conf = conf is null ? null : JsonSerializer.SerializeToElement(conf),
        }, cancellation);
    }

    /// <summary>The task instances of a run, by name as in <c>fit[SEA]</c>.</summary>
    public async Task<IReadOnlyDictionary<string, InstanceDocument>> InstancesAsync(RunView run, CancellationToken cancellation = default)
    {
        var found = new SortedDictionary<string, InstanceDocument>(StringComparer.Ordinal);
        await foreach (var instance in Runs.Reader.InstancesAsync(run, cancellation))
            found[instance.Keys.IsEmpty ? instance.Task : $"{instance.Task}[{string.Join('/', instance.Keys)}]"] = instance;
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        if (_ownFolder is not null) Directory.Delete(_ownFolder, recursive: true);
    }
}
