using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Examples of requests and answers, by their types, so that they cannot be of another form.</summary>
internal static class OpenApiExamples
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-03-01T06:00:00Z", CultureInfo.InvariantCulture);

    private static readonly ImmutableSortedDictionary<string, string> Labels = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("region", "SEA");

    private static readonly ImmutableArray<InstanceSelector> Tasks = [new("load", ["SEA"])];

    private static readonly PublishedSummary Summary = new() { Name = "etl", Hash = Hash, Number = 3, Team = "forecasting", Schedule = "0 6 * * *", PublishedAt = Time };

    private static readonly Alert LateTask = new() { Id = "late-task-5f0c", Kind = AlertKinds.LateTask, Dag = "etl", RunId = "etl__2026-03-01T06-00", Task = "load[SEA]", Message = "load[SEA] of etl__2026-03-01T06-00 should have ended at 06:30", At = Time.AddMinutes(31) };

    private static readonly PoolView Pool = new()
    {
        Usage = new PoolUsage("warehouse", new PoolDefinition(4, "connections to the warehouse"), 1, 1, 0),
        Holders = [new PoolHolder(new LeaseHolder("etl__2026-03-01T06-00", "load", 1), 1, Time)],
        Waiters = [],
    };

    private static readonly CreateBackfill Backfill = new() { Dag = "etl", From = Time.AddDays(-28), To = Time, MaxActive = 2, Labels = Labels };

    private static readonly RunGiven Given = new() { Conf = Json("""{"region": "SEA"}"""), Labels = Labels, Note = "after the repair of the source" };

    private static readonly FrozenDictionary<Type, object> All = new object[]
    {
        new Problem($"https://updraft.dev/errors#{CatalogueErrors.NoSuchDag}", "Not Found", 404, "no DAG 'elt' is published; did you mean 'etl'?; see 'updraft dags list'", CatalogueErrors.NoSuchDag),
        new Page<PublishedSummary>([Summary], null),
        new PublishRequest { Spec = Json("""{"name": "etl", "tasks": {"load": {"shell": {"run": "./load.sh"}}}}"""), Operators = [], Team = "forecasting" },
        new PublishAnswer("etl", 3, Hash, true, []),
        new PauseDag("the source is being repaired"),
        new Page<ScheduleResource>([new("etl", "0 6 * * *", Time.AddDays(1), false, null, "forecasting")], null),
        new TriggerPublished { Run = Given },
        new TriggerInline { Spec = Json("""{"name": "once", "tasks": {"hello": {"shell": {"run": "echo hello"}}}}"""), Operators = [], Run = Given },
        new RunAccepted("manual__2026-03-01T06-00-00-000-4f2a91", "etl", true, true, "/api/v1/runs/manual__2026-03-01T06-00-00-000-4f2a91", "/api/v1/runs/manual__2026-03-01T06-00-00-000-4f2a91/wait"),
        new RunFilter { Dag = "etl", Statuses = [RunStatus.Failed], Since = Time },
        new RunMatch(["etl__2026-03-02T06-00", "etl__2026-03-01T06-00"], Cut: false),
        new BulkCommand { RunIds = ["etl__2026-03-02T06-00", "etl__2026-03-01T06-00"], Clear = new ClearCommand { Tasks = [], FailedOnly = true } },
        new CancelCommand(),
        new ClearCommand { Tasks = Tasks, Downstream = true },
        new MarkCommand(Tasks, TaskState.Success),
        new PriorityCommand([], 10),
        new Rerun { Latest = true },
        new ChangeNote { Note = "asked the vendor", Labels = ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal).Add("ticket", "4711") },
        new CommandTaken("etl__2026-03-01T06-00", true),
        new RunNote { Note = "asked the vendor", Labels = Labels, ChangedAt = Time, ChangedBy = "ana" },
        new AnswerQuestion { Choice = "approve", Note = "checked by hand" },
        Backfill,
        new BackfillPreview(28, 20, 0, [new BackfillTick(Time.AddDays(-28), "etl__2026-02-01T06-00", null, true)]),
        new BackfillCancel(Runs: true),
        new PoolDefinition(4, "connections to the warehouse"),
        new Page<PoolUsage>([Pool.Usage], null),
        Pool,
        new SendEvent { Name = "paid", Key = "order-4711", Data = Json("""{"amount": 12.5}"""), TimeToLive = "2d" },
        new EventOutcome(EventOutcomeKind.Delivered, 1),
        new SendMessage { Id = "order-4711", Body = """{"region": "SEA"}""", Properties = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(QueueProperties.Dag, "etl") },
        new MessageSent("order-4711", true),
        new DatasetReport("warehouse/orders", "2026-03-01", "load-4711"),
        new DatasetEvent { Id = "0f3a5c7e9b1d2f4a6c8e0b2d", Dataset = "warehouse/orders", Partition = "2026-03-01", By = "ana", At = Time },
        new SetVariable(Json("""["SEA", "PHX"]""")),
        new VariableView("regions", Json("""["SEA", "PHX"]"""), "stored"),
        new ConnectionWorks("warehouse", "PostgreSQL 17.2 answered in 4 ms"),
        new Page<Alert>([LateTask], null),
        LateTask,
        new PackageStored(Hash, true),
        new PackageDescription(),
        new HealthSummary(HealthStatus.Healthy, Time, true, null, [new LaneBeat("default", Time.AddSeconds(-20), true)]),
        new VersionAnswer("1.0.0", "/var/lib/updraft"),
        new RetentionRequest(new RetentionPolicy { Runs = TimeSpan.FromDays(30) }),
        new BackupRequest("/backups/2026-03-01"),
        new BackupMade(Time, 214, 73_400_320),
        new DefineTeam("Forecasts; ask in #forecasting"),
        new CreateKey { Name = "ci of forecasting", Grants = [new Grant(Role.Author, "forecasting")] },
    }.ToFrozenDictionary(example => example.GetType());

    /// <summary>All examples.</summary>
    public static IEnumerable<object> Every => All.Values;

    /// <summary>An example of a type; null when there is none.</summary>
    public static object? Of(Type type) => All.GetValueOrDefault(type);

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
