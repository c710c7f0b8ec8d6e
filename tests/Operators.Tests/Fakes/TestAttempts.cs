using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>One DAG, one run, and the activities of attempts over stores in memory.</summary>
internal sealed class TestAttempts : IAttemptInputs, ISpecSource, IPackageStore, ISecretSource, IConnectionSource, IDisposable
{
    public const string RunId = "manual-1";
    private readonly ActivityRegistry _registry = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly List<IOperator> _operators = [.. new IOperator[] { new ShellOperator(), new CodeOperator() }];
    private bool _registered;

    public MemoryBlobs Blobs { get; } = new();

    public FakeAttemptHost Host { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("updraft-tests-").FullName;

    public Dictionary<string, string> Secrets { get; } = [];

    public Dictionary<string, Connection> Connections { get; } = [];

    public Dictionary<string, DagPackage> Packages { get; } = [];

    public Dictionary<string, List<OutputRef>> MappedOutputs { get; } = [];

    /// <summary>Outputs of whatever mapped task, made as they are asked for; null for those of <see cref="MappedOutputs"/>.</summary>
    public IEnumerable<OutputRef>? LazyOutputs { get; set; }

    public Dictionary<(string Task, string Key), OutputRef> KeyedOutputs { get; } = [];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public long MaxOutputBytes { get; set; } = 64L << 20;

    public long MaxArtifactBytes { get; set; } = 64L << 20;

    public TimeSpan? LongestAttempt { get; set; }

    public Expiries? Expiries { get; set; }

    public DagSpec Dag { get; set; } = new() { Name = "test", Tasks = [] };

    public RunRequest Run { get; set; } = new()
    {
        RunId = RunId,
        Dag = "test",
        DagHash = "h1",
        Conf = Json("{}"),
        Params = Json("{}"),
        LogicalDate = new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero),
        DataIntervalStart = new DateTimeOffset(2026, 3, 28, 1, 0, 0, TimeSpan.Zero),
        DataIntervalEnd = new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero),
        CreatedAt = new DateTimeOffset(2026, 3, 29, 1, 0, 1, TimeSpan.Zero),
    };

    public static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    public static string LogOf(string taskId, int tryNumber = 1) => AttemptPaths.Log(RunId, taskId, [], tryNumber);

    public TestAttempts With(params IOperator[] operators)
    {
        _operators.AddRange(operators);
        return this;
    }

    /// <summary>Puts a task into the DAG, in place of one of the same id.</summary>
    public AttemptRequest Task(string id, string operatorName, object with, TimeSpan? timeout = null, ComputeProfile? compute = null)
    {
        var task = new TaskSpec { Id = id, Operator = operatorName, With = JsonSerializer.SerializeToElement(with), Timeout = timeout, Compute = compute };
        Dag = Dag with { Tasks = [.. Dag.Tasks.Where(other => other.Id != id), task] };
        return new AttemptRequest { AttemptId = $"{RunId}/{id}/1/{Guid.NewGuid():N}", RunId = RunId, DagHash = "h1", TaskId = id, Try = 1, Weight = ActivityWeight.Process };
    }

    public Task<AttemptResult> RunAsync(string id, string operatorName, object with, TimeSpan? timeout = null) => RunAsync(Task(id, operatorName, with, timeout));

    public Task<AttemptResult> RunAsync(AttemptRequest request) => CallAsync<AttemptResult>(ActivityNames.RunAttempt, request);

    public Task<StoppedAttempt> StopAsync(AttemptRequest request) => CallAsync<StoppedAttempt>(ActivityNames.StopAttempt, new StopAttempt(request.AttemptId));

    public void ShutDown() => _shutdown.Cancel();

    /// <summary>Calls an activity as an engine does: input and result cross as JSON.</summary>
    public async Task<T> CallAsync<T>(string name, object input)
    {
        if (!_registered)
        {
            _registered = true;
            _registry.AddAttempts(new AttemptServices
            {
                Host = Host,
                Blobs = Blobs,
                Inputs = this,
                Specs = this,
                Operators = new OperatorCatalog(_operators),
                Packages = this,
                Secrets = this,
                Connections = new Connections(this, this),
                Time = Time,
                ScratchFolder = Path.Combine(Folder, "scratch"),
                MaxOutputBytes = MaxOutputBytes,
                MaxArtifactBytes = MaxArtifactBytes,
                Expiries = Expiries,
                LongestAttempt = LongestAttempt,
                LogInterval = TimeSpan.FromMilliseconds(10),
            });
        }
        Assert.True(_registry.TryGetActivity(name, out var code, out _));
        var result = await code(new ActivityContext(name, "i", JsonSerializer.SerializeToElement(input, input.GetType(), OrchestrationJson.Options), _shutdown.Token));
        return JsonSerializer.SerializeToElement(result, OrchestrationJson.Options).Deserialize<T>(OrchestrationJson.Options)!;
    }

    public Task<RunRequest> RequestAsync(string runId, CancellationToken cancellation = default) => System.Threading.Tasks.Task.FromResult(Run);

    public async IAsyncEnumerable<OutputRef> OutputsAsync(
        string runId, string taskId, ImmutableArray<MapPlace> place, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await System.Threading.Tasks.Task.CompletedTask;
        foreach (var output in LazyOutputs ?? MappedOutputs[taskId]) yield return output;
    }

    public Task<OutputRef?> OutputOfAsync(string runId, string taskId, ImmutableArray<MapPlace> place, string key, CancellationToken cancellation = default) =>
        System.Threading.Tasks.Task.FromResult(KeyedOutputs.GetValueOrDefault((taskId, key)));

    Task<DagSpec> ISpecSource.GetAsync(string dagHash, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult(Dag);

    Task<DagPackage> IPackageStore.GetAsync(string hash, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult(Packages[hash]);

    Task<bool> IPackageStore.HasAsync(string hash, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult(Packages.ContainsKey(hash));

    Task<bool> IPackageStore.AddAsync(string hash, Stream zip, CancellationToken cancellation) => throw new NotSupportedException("attempts store no packages");

    IAsyncEnumerable<string> IStoredPackages.ListAsync(CancellationToken cancellation) => throw new NotSupportedException("attempts remove no packages");

    Task<bool> IStoredPackages.RemoveAsync(string hash, Stored<PackageNote> note, CancellationToken cancellation) => throw new NotSupportedException("attempts remove no packages");

    Task<string?> ISecretSource.GetAsync(string name, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult(Secrets.GetValueOrDefault(name));

    Task<Connection?> IConnectionSource.GetAsync(string name, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult(Connections.GetValueOrDefault(name));

    Task<IReadOnlyList<string>> IConnectionSource.NamesAsync(CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult<IReadOnlyList<string>>([.. Connections.Keys]);

    public void Dispose()
    {
        _shutdown.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
