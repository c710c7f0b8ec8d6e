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
          datasets: [{any: [weather, radar]}, {all: [flights]}]
          per_partition: true
        business_key: "{{ params.day }}"
        max_active_runs: 2
        max_queued_runs: 0
        max_active_tasks: 50
        depends_on_past: true
        pause_after_failures: 3
        due: {after: 120m}
        on_success: {shell: {script: cheer}}
        on_failure:
          - shell: {script: cry, env: {RUN: "{{ about.run_id }}"}}
            retries: 3
            retry_delay: 1s
            retry_backoff: 2.0
            max_retry_delay: 1m
            timeout: 30s
          - code: {class: Tell}
        on_late: [{code: {class: Tell, input: "{{ about }}"}}]
        retention: {runs: 365d, logs: 30d, outputs: 24h, max_runs: 100}
        outcome: all
        run_timeout: 24h
        lane: fast
        defaults:
          retries: 2
          retry_delay: 60s
          labels: {owner: data}
          shell: {env: {MODE: prod}}
          due: {after: 1h, from: start}
          on_failure: {code: {class: Tell}}
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
            depends_on_past: true
            due: {factor: 1.50}
            on_failure: [{shell: {script: cry}}]
            on_retry: {shell: {script: sigh}}
            on_skip: {shell: {script: shrug}}
            on_success: {shell: {script: cheer}}
            on_late: {shell: {script: hurry}}
            produces: [weather, {dataset: flights, partition: "{{ ds }}"}]
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
                produces: "fits/{{ item.code }}"
                limit: {key: "{{ item.customer }}", max: 2}
                code: {class: Fit, input: {rate: 1e-1, deep: [1, 2.0, {x: null}]}}
              choose:
                after: fit
                kind: branch
                retry_delay: null
                on_failure: null
                due: null
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
                Datasets = DatasetCondition.AllOf("flights", DatasetCondition.AnyOf("weather", "radar")),
                PerPartition = true,
            },
            MaxActiveRuns = 2,
            MaxQueuedRuns = 0,
            MaxActiveTasks = 50,
            BusinessKey = "{{ params.day }}",
            DependsOnPast = true,
            PauseAfterFailures = 3,
            Due = new() { After = TimeSpan.FromHours(2) },
            Retention = new() { Runs = TimeSpan.FromDays(365), Logs = TimeSpan.FromDays(30), Outputs = TimeSpan.FromDays(1), MaxRuns = 100 },
            Outcome = OutcomePolicy.All,
            RunTimeout = TimeSpan.FromDays(1),
            Lane = "fast",
        }.Label("tier", "1").Label("team", "ml")
            .OnSuccess("shell", new { script = "cheer" })
            .OnFailure("shell", new { script = "cry", env = new { RUN = "{{ about.run_id }}" } },
                new RetrySpec { Retries = 3, Delay = TimeSpan.FromSeconds(1), Backoff = 2, MaxDelay = TimeSpan.FromMinutes(1) }, TimeSpan.FromSeconds(30))
            .OnFailure("code", new { @class = "Tell" })
            .OnLate("code", new { @class = "Tell", input = "{{ about }}" });
        dag.Param("min_flights", 30, new { type = "integer", minimum = 1 }, "Least flights.", indexed: true);
        var day = dag.Param("day", "2026-01-01", new { type = "string", format = "date" });
        dag.Param("nothing", null);

        var create = Usual(dag.Shell("create", "make", new { MODE = "prod" }.Env())).AsSetup();
        var ingest = Labelled(dag.Shell("ingest", "get", new { DAY = day, MODE = "test" }.Env()))
            .Retries(2, TimeSpan.FromMinutes(1), backoff: 2.5, maxDelay: TimeSpan.FromMinutes(5))
            .Describe("Gets it.").Timeout(TimeSpan.FromSeconds(90)).TaskTimeout(TimeSpan.FromHours(2)).Pool("web").Pool("db").Priority(3)
            .DependsOnPast().Due(new() { Factor = 1.5 })
            .OnFailure("shell", new { script = "cry" }).OnRetry("shell", new { script = "sigh" }).OnSkip("shell", new { script = "shrug" })
            .OnSuccess("shell", new { script = "cheer" }).OnLate("shell", new { script = "hurry" })
            .Produces("weather").Produces("flights", "{{ ds }}");

        var perAirport = dag.Group("per_airport").Map(ingest, key: "{{ item.code }}", maxLength: 500, maxActive: 10).Retries(1, TimeSpan.FromSeconds(5));
        var fit = Usual(perAirport.Task("fit", "code", new { @class = "Fit", input = new { rate = 0.1, deep = new object[] { 1, 2.0, new Dictionary<string, object?> { ["x"] = null } } } }))
            .Retries(0, TimeSpan.FromMinutes(1))
            .Produces("fits/{{ item.code }}")
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
        var choose = Labelled(perAirport.Task("choose", "code", new { @class = "Choose" })).Retries(0).Branch().Compute(new ComputeProfile { Cpu = 1 });
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

    private static TaskNode Usual(TaskNode task) => Labelled(task).Due(new() { After = TimeSpan.FromHours(1), From = DueFrom.Start }).OnFailure("code", new { @class = "Tell" });

    private static TaskNode Labelled(TaskNode task) => task.Retries(2, TimeSpan.FromMinutes(1)).Label("owner", "data");

    private static Dictionary<string, string> Env(this object names) =>
        names.GetType().GetProperties().ToDictionary(property => property.Name, property => (string)property.GetValue(names)!);

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Strings(params (string Key, string Value)[] pairs) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
}
