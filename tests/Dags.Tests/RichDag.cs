namespace Updraft.Dags.Tests;

/// <summary>One DAG that uses everything, in both forms.</summary>
internal static class RichDag
{
    public const string Yaml = """
        name: rich
        description: Uses everything.
        labels: {team: ml, tier: "1"}
        params:
          min_flights: {default: 30.0, schema: {type: integer, minimum: 1}, description: Least flights., indexed: true}
          day: {default: "2026-01-01", schema: {type: string, format: date}}
          nothing: {default: null}
        schedule:
          cron: "30 2 * * *"
          time_zone: Europe/Berlin
          start: 2026-01-01
          end: 2027-01-01T00:00:00Z
          catchup: latest
          overlap: skip
          grace: 15m
        max_active_runs: 2
        max_active_tasks: 50
        outcome: all
        run_timeout: 24h
        lane: fast
        defaults:
          retries: 2
          retry_delay: 60s
          labels: {owner: data}
          shell: {env: {MODE: prod}}
        tasks:
          create:
            setup: true
            shell: {script: make}
          ingest:
            after: create
            description: Gets it.
            timeout: 90s
            task_timeout: 2h
            retry_backoff: 2.50
            max_retry_delay: 0h5m
            pools: [web, db]
            priority: 3
            shell:
              script: get
              env: {DAY: "{{ params.day }}", MODE: test}
          per_airport:
            after: [ingest]
            map: {over: "{{ tasks.ingest.output }}", key: "{{ item.code }}", max_length: 500, max_active: 10}
            retries: 1
            retry_delay: 5s
            defaults: {retries: 0, compute: {cpu: 1}}
            tasks:
              fit:
                compute: {memory_mb: 512, gpu: 1, image: "fit:1", node_selector: {pool: gpu}, tolerations: ["gpu=true:NoSchedule"], environment: {A: b}}
                limit: {key: "{{ item.customer }}", max: 2}
                code: {class: Fit, input: {rate: 1e-1, deep: [1, 2.0, {x: null}]}}
              choose:
                after: fit
                kind: branch
                retry_delay: null
                code: {class: Choose}
              good: {after: [choose], compute: null, shell: {script: good}}
              bad: {after: [choose], compute: null, shell: {script: bad, env: null}}
          stop:
            after: per_airport
            kind: short_circuit
            respect_trigger_rules: true
            code: {class: Stop}
          report:
            after: [stop, ingest]
            trigger_rule: none_failed
            pools: {db: 2}
            map: {over: [1, 2.0, "x"]}
            code: {class: Report}
          delete:
            after: report
            labels: {owner: ops}
            teardown: {of: create, counts: true}
            shell: {script: rm}
        """;

    public static DagSpec Built()
    {
        var dag = new DagBuilder("rich")
        {
            Description = "Uses everything.",
            Schedule = new()
            {
                Cron = "30 2 * * *",
                TimeZone = "Europe/Berlin",
                Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)),
                End = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
                CatchUp = CatchUp.Latest,
                Overlap = Overlap.Skip,
                Grace = TimeSpan.FromMinutes(15),
            },
            MaxActiveRuns = 2,
            MaxActiveTasks = 50,
            Outcome = OutcomePolicy.All,
            RunTimeout = TimeSpan.FromDays(1),
            Lane = "fast",
        }.Label("tier", "1").Label("team", "ml");
        dag.Param("min_flights", 30, new { type = "integer", minimum = 1 }, "Least flights.", indexed: true);
        var day = dag.Param("day", "2026-01-01", new { type = "string", format = "date" });
        dag.Param("nothing", null);

        var create = Usual(dag.Shell("create", "make", new { MODE = "prod" }.Env())).AsSetup();
        var ingest = Usual(dag.Shell("ingest", "get", new { DAY = day, MODE = "test" }.Env()))
            .Retries(2, TimeSpan.FromMinutes(1), backoff: 2.5, maxDelay: TimeSpan.FromMinutes(5))
            .Describe("Gets it.").Timeout(TimeSpan.FromSeconds(90)).TaskTimeout(TimeSpan.FromHours(2)).Pool("web").Pool("db").Priority(3);

        var perAirport = dag.Group("per_airport").Map(ingest, key: "{{ item.code }}", maxLength: 500, maxActive: 10).Retries(1, TimeSpan.FromSeconds(5));
        var fit = Usual(perAirport.Task("fit", "code", new { @class = "Fit", input = new { rate = 0.1, deep = new object[] { 1, 2.0, new Dictionary<string, object?> { ["x"] = null } } } }))
            .Retries(0, TimeSpan.FromMinutes(1))
            .Limit("{{ item.customer }}", 2)
            .Compute(new ComputeProfile
            {
                Cpu = 1,
                MemoryMb = 512,
                Gpu = 1,
                Image = "fit:1",
                NodeSelector = Strings(("pool", "gpu")),
                Tolerations = ["gpu=true:NoSchedule"],
                Environment = Strings(("A", "b")),
            });
        var choose = Usual(perAirport.Task("choose", "code", new { @class = "Choose" })).Retries(0).Branch().Compute(new ComputeProfile { Cpu = 1 });
        var good = Usual(perAirport.Shell("good", "good", new { MODE = "prod" }.Env())).Retries(0, TimeSpan.FromMinutes(1));
        var bad = Usual(perAirport.Shell("bad", "bad")).Retries(0, TimeSpan.FromMinutes(1));
        var stop = Usual(dag.Task("stop", "code", new { @class = "Stop" })).ShortCircuit(respectTriggerRules: true);
        var report = Usual(dag.Task("report", "code", new { @class = "Report" })).When(TriggerRule.NoneFailed).Pool("db", 2).Map(new object[] { 1, 2, "x" });
        var delete = Usual(dag.Shell("delete", "rm", new { MODE = "prod" }.Env())).Label("owner", "ops").AsTeardown(of: create, counts: true);

        dag.Link(
            create >> ingest >> perAirport >> stop >> report >> delete,
            ingest >> report,
            fit >> choose >> [good, bad]);
        return dag.Build();
    }

    private static TaskNode Usual(TaskNode task) => task.Retries(2, TimeSpan.FromMinutes(1)).Label("owner", "data");

    private static Dictionary<string, string> Env(this object names) =>
        names.GetType().GetProperties().ToDictionary(property => property.Name, property => (string)property.GetValue(names)!);

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Strings(params (string Key, string Value)[] pairs) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
}
