using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>A catalogue on a simulated host, whose DAGs' actors note what they are told.</summary>
internal sealed class CatalogueScene
{
    public CatalogueScene(int seed = 1, bool inOrder = true)
    {
        Host = new(seed, inOrder, kinds: [new ListenerKind(ActorKindNames.Dag), new ListenerKind(ActorKindNames.Run)]);
        Runs = new(Host.Store, Host.Runtime.Specs, Host.Actors, new RunNotices(), Host.Simulator.Time);
        Catalogue = Fresh();
    }

    public static readonly OperatorManifest Shell = new()
    {
        Name = "shell", Kind = OperatorKind.Run, Description = "Runs a command.",
        Fields = JsonSerializer.SerializeToElement(new { type = "object", properties = new { script = new { type = "string" } } }),
        RawFields = ["script"],
    };

    public SimulatedHost Host { get; }

    public RunClient Runs { get; }

    public DagCatalogue Catalogue { get; }

    /// <summary>The catalogue as another process has it.</summary>
    public DagCatalogue Fresh(TimeSpan? longestAttempt = null) => new(Host.Store, new SpecStore(Host.Store), Host.Actors, Runs, [Shell], Host.Simulator.Time, longestAttempt);

    public T Run<T>(Func<Task<T>> code) => Host.Simulator.Run(code);

    public void Run(Func<Task> code) => Host.Simulator.Run(code);

    public static PublishDag Dag(string name, string script = "true", ScheduleSpec? schedule = null, string? team = null, string? experiment = null) => new()
    {
        Spec = new DagSpec { Name = name, Schedule = schedule, Tasks = [new TaskSpec { Id = "a", Operator = "shell", With = JsonSerializer.SerializeToElement(new { script }) }] },
        By = new Caller("ann", team),
        Experiment = experiment,
    };

    public static ScheduleSpec On(params string[] datasets) => new() { Cron = "@daily", Datasets = new DatasetCondition { All = [.. datasets.Select(name => new DatasetCondition { Dataset = name })] } };

    public static ScheduleSpec Daily { get; } = new() { Cron = "0 6 * * *" };

    /// <summary>What the actor of a DAG was told, in the order of the changes.</summary>
    public async Task<IReadOnlyList<DagChanged>> ToldAsync(string dag)
    {
        await Task.Delay(TimeSpan.FromMinutes(1), Host.Simulator.Time);
        return await Host.Actors.GetHeadAsync(DagPaths.ActorOf(dag)) is { } head
            ? [.. head.Body.Deserialize<ImmutableArray<DagChanged>>(OrchestrationJson.Options).OrderBy(change => change.Sequence)]
            : [];
    }

    public IEnumerable<string> Listeners() => Host.Store.Paths.Where(path => path.Contains("/listeners/", StringComparison.Ordinal));

    public async Task<List<PublishedVersion>> VersionsAsync(string name)
    {
        var versions = new List<PublishedVersion>();
        await foreach (var version in Catalogue.VersionsAsync(name)) versions.Add(version);
        return versions;
    }

    public async Task<List<PublishedSummary>> ListAsync(string? experimentsOf = null)
    {
        var listed = new List<PublishedSummary>();
        await foreach (var summary in Catalogue.ListAsync(experimentsOf)) listed.Add(summary);
        return listed;
    }

    private sealed class ListenerKind(string name) : IActorKind
    {
        public string Name => name;

        public string? SpecOf(JsonElement request) => null;

        public Machine Create(ActorSnapshot snapshot) => new Listener(snapshot);

        public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class Listener(ActorSnapshot snapshot) : Machine
    {
        private ImmutableArray<DagChanged> _told = snapshot.Head is { Revision: > 0 } head ? head.Body.Deserialize<ImmutableArray<DagChanged>>(OrchestrationJson.Options) : [];
        private long _revision = snapshot.Head?.Revision ?? 0;
        private bool _changed;

        public override bool IsFinal => false;

        public override void Handle(Message message, DateTime now, Effects effects)
        {
            if (message is not Told { Kind: DagChanged.Kind } told) return;
            _told = _told.Add(told.Body.Deserialize<DagChanged>(OrchestrationJson.Options)!);
            _changed = true;
        }

        public override ActorChanges? TakeChanges()
        {
            if (!_changed) return null;
            _changed = false;
            return new(++_revision, JsonSerializer.SerializeToElement(_told, OrchestrationJson.Options), "told", []);
        }
    }
}
