using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

public sealed class DagValidatorTests
{
    private static readonly OperatorManifest Shell = new()
    {
        Name = "shell",
        Kind = OperatorKind.Run,
        Description = "Runs a script.",
        Fields = Json("""{"type":"object","properties":{"script":{"type":"string"},"env":{"type":"object","additionalProperties":{"type":"string"}},"tries":{"type":"integer"}},"required":["script"]}"""),
        RawFields = ImmutableSortedSet.Create(StringComparer.Ordinal, "script"),
    };

    private static readonly OperatorManifest Code = new()
    {
        Name = "code",
        Kind = OperatorKind.Run,
        Description = "Runs a class.",
        Fields = Json("""{"type":"object","properties":{"class":{"type":"string"},"input":true},"required":["class"],"additionalProperties":false}"""),
    };

    private static readonly OperatorManifest Box = new()
    {
        Name = "box",
        Kind = OperatorKind.Job,
        Description = "Runs a container.",
        Fields = Json("""{"type":"object"}"""),
        Compute = ImmutableSortedSet.Create(StringComparer.Ordinal, "cpu", "image"),
    };

    /// <summary>Each DAG has one thing wrong: code, path and line are stated, and a part of what to do.</summary>
    public static TheoryData<string, string, string, int, string> Wrong => new()
    {
        // Names
        { "name: 'a b'\ntasks: {t: {shell: {script: x}}}", DagErrors.BadName, "name", 1, "letters, digits" },
        { "name: d\nlane: ''\ntasks: {t: {shell: {script: x}}}", DagErrors.BadName, "lane", 2, "letters, digits" },
        { "name: d\ntasks:\n  't t': {shell: {script: x}}", DagErrors.BadName, "tasks.t t", 3, "letters, digits" },
        { "name: d\nparams: {a.b: {}}\ntasks: {t: {shell: {script: x}}}", DagErrors.BadName, "params.a.b", 2, "letters, digits" },
        { Task("pools: {'': 1}"), DagErrors.BadName, "tasks.t.pools.", 4, "pool" },

        // Graph
        { "name: d\ntasks: {}", DagErrors.NoTasks, "tasks", 2, "add one" },
        { "name: d\ntasks:\n  t: {shell: {script: x}}\n  g: {tasks: {}}", DagErrors.NoTasks, "tasks.g", 4, "no tasks" },
        { "name: d\ntasks:\n  extract: {shell: {script: x}}\n  t:\n    after: [extrat]\n    shell: {script: x}", DagErrors.UnknownUpstream, "tasks.t.after[0]", 5, "did you mean 'extract'?" },
        { "name: d\ntasks:\n  a: {after: c, shell: {script: x}}\n  b: {after: a, shell: {script: x}}\n  c: {after: b, shell: {script: x}}", DagErrors.Cycle, "tasks.a.after", 3, "a >> b >> c >> a" },
        { "name: d\ntasks:\n  a: {after: a, shell: {script: x}}", DagErrors.Cycle, "tasks.a.after", 3, "itself" },
        { "name: d\ntasks:\n  g:\n    after: g.a\n    tasks:\n      a: {shell: {script: x}}", DagErrors.Cycle, "tasks.g.a.after", 6, "g.a >> g >> g.a" },
        { "name: d\ntasks:\n  g:\n    tasks:\n      a: {after: b, shell: {script: x}}\n  b: {after: g, shell: {script: x}}", DagErrors.Cycle, "tasks.g.a.after", 5, "g.a >> g >> b >> g.a" },
        { "name: d\ntasks:\n  g:\n    retries: 1\n    tasks:\n      a: {shell: {script: x}}\n      c: {after: .b, shell: {script: x}}\n  b: {after: g.a, shell: {script: x}}", DagErrors.RetriedGroupLeft, "tasks.g.retries", 4, "move 'b' into the group" },

        // Ranges
        { "name: d\nmax_active_runs: 0\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "max_active_runs", 2, "1 or more" },
        { "name: d\nrun_timeout: 0s\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "run_timeout", 2, "above 0s" },
        { Task("retries: 1001"), DagErrors.OutOfRange, "tasks.t.retries", 4, "from 0 to 1000" },
        { Task("retry_backoff: 0.5"), DagErrors.OutOfRange, "tasks.t.retry_backoff", 4, "from 1 to 10" },
        { Task("timeout: 5000d"), DagErrors.OutOfRange, "tasks.t.timeout", 4, "3660d" },
        { Task("pools: {db: 0}"), DagErrors.OutOfRange, "tasks.t.pools.db", 4, "1 or more" },
        { Task("limit: {key: x, max: 0}"), DagErrors.OutOfRange, "tasks.t.limit.max", 4, "1 or more" },
        { Task("compute: {cpu: 0}"), DagErrors.OutOfRange, "tasks.t.compute.cpu", 4, "above 0" },
        { Task("timeout: 2h\n    task_timeout: 1h"), DagErrors.Contradiction, "tasks.t.task_timeout", 5, "2h" },
        { Task("respect_trigger_rules: true"), DagErrors.Contradiction, "tasks.t.respect_trigger_rules", 4, "short_circuit" },

        { "name: d\nmax_queued_runs: -1\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "max_queued_runs", 2, "0 or more" },
        { "name: d\npause_after_failures: 0\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "pause_after_failures", 2, "1 or more" },
        { "name: d\ndue: {}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "due", 2, "give one of them" },
        { Task("due: {after: 1h, factor: 2}"), DagErrors.Contradiction, "tasks.t.due", 4, "give one of them" },
        { Task("due: {factor: 2, from: start}"), DagErrors.Contradiction, "tasks.t.due.from", 4, "remove 'from'" },
        { Task("due: {factor: 1}"), DagErrors.OutOfRange, "tasks.t.due.factor", 4, "above 1" },
        { Task("due: {after: 0s}"), DagErrors.OutOfRange, "tasks.t.due.after", 4, "above 0s" },
        { "name: d\nretention: {runs: 0s}\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "retention.runs", 2, "above 0s" },
        { "name: d\nretention: {max_runs: 0}\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "retention.max_runs", 2, "1 or more" },
        { "name: d\nretention:\n  runs: 1d\n  logs: 2d\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "retention.logs", 4, "longer than 'runs'" },

        // Callbacks
        { "name: d\non_failure: {shell: {script: x}, retries: 1001}\ntasks: {t: {shell: {script: x}}}", DagErrors.OutOfRange, "on_failure[0].retries", 2, "from 0 to 1000" },
        { Task("on_skip: [{shell: {script: x}, timeout: 0s}]"), DagErrors.OutOfRange, "tasks.t.on_skip[0].timeout", 4, "above 0s" },
        { Task("on_success: {shell: {scrip: x, script: x}}"), DagErrors.BadOperatorField, "tasks.t.on_success[0].shell.scrip", 4, "did you mean 'script'?" },
        { Task("on_success: {shel: {script: x}}"), DagErrors.UnknownOperator, "tasks.t.on_success[0].shel", 4, "did you mean 'shell'?" },
        { Task("on_success: {shell: {script: 'echo {{ about.run_id }}'}}"), DagErrors.TemplateInRawField, "tasks.t.on_success[0].shell.script", 4, "{{ about.run_id }}" },
        { Task("on_retry: {code: {class: X, input: '{{ about.runid }}'}}"), DagErrors.UnknownName, "tasks.t.on_retry[0].code.input", 4, "did you mean 'run_id'?" },
        { Task("on_retry: {code: {class: X, input: '{{ params.x }}'}}"), DagErrors.UnknownName, "tasks.t.on_retry[0].code.input", 4, "no param" },
        { Task("on_retry: {code: {class: X, input: '{{ item }}'}}"), DagErrors.NotReadable, "tasks.t.on_retry[0].code.input", 4, "a callback" },
        { Task("on_retry: {code: {class: X, input: '{{ task.id }}'}}"), DagErrors.NotReadable, "tasks.t.on_retry[0].code.input", 4, "a callback" },
        { Task("on_retry: {code: {class: X, input: '{{ tasks.t.output }}'}}"), DagErrors.NotReadable, "tasks.t.on_retry[0].code.input", 4, "a callback" },
        { Env("'{{ about.run_id }}'"), DagErrors.NotReadable, "tasks.t.shell.env.A", 5, "only callbacks" },
        { Task("on_late: {shell: {script: x}}"), DagErrors.Contradiction, "tasks.t.on_late[0]", 4, "due: {after: 2h}" },
        { "name: d\non_late: {shell: {script: x}}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "on_late[0]", 2, "due: {after: 2h}" },

        // Datasets
        { Task("produces: ['']"), DagErrors.BadName, "tasks.t.produces[0]", 4, "1 to 200" },
        { Task("produces: [{dataset: a, partition: ' x'}]"), DagErrors.BadName, "tasks.t.produces[0].partition", 4, "1 to 200" },
        { Task("produces: [a, b, a]"), DagErrors.Duplicate, "tasks.t.produces", 4, "'a' stands here twice" },
        { Task("produces: ['{{ secrets.k }}']"), DagErrors.SecretStored, "tasks.t.produces[0]", 4, "operator's fields" },
        { Task("produces: [{dataset: a, partition: '{{ item }}'}]"), DagErrors.NotMapped, "tasks.t.produces[0].partition", 4, "mapped" },
        { "name: d\nschedule: {datasets: []}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "schedule.datasets", 2, "no dataset is named" },
        { "name: d\nschedule: {datasets: {all: [a], any: [b]}}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "schedule.datasets", 2, "'all' and 'any'" },
        { "name: d\nschedule:\n  datasets:\n    - a\n    - {any: [b, '']}\ntasks: {t: {shell: {script: x}}}", DagErrors.BadName, "schedule.datasets[1].any[1]", 5, "1 to 200" },
        { "name: d\nschedule: {datasets: 'a{{ ds }}'}\ntasks: {t: {shell: {script: x}}}", DagErrors.TemplateInRawField, "schedule.datasets", 2, "not replaced here" },
        { "name: d\nschedule: {datasets: a, catchup: all}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "schedule.catchup", 2, "only datasets" },
        { "name: d\nschedule: {cron: '@daily', per_partition: true}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "schedule.per_partition", 2, "add 'datasets'" },

        // Business keys
        { "name: d\nbusiness_key: ''\ntasks: {t: {shell: {script: x}}}", DagErrors.BadBusinessKey, "business_key", 2, "1 to 200" },
        { "name: d\nbusiness_key: '{{ ds }}'\ntasks: {t: {shell: {script: x}}}", DagErrors.NotReadable, "business_key", 2, "params and conf" },
        { "name: d\nbusiness_key: '{{ secrets.k }}'\ntasks: {t: {shell: {script: x}}}", DagErrors.NotReadable, "business_key", 2, "params and conf" },
        { "name: d\nbusiness_key: '{{ params.user }}'\ntasks: {t: {shell: {script: x}}}", DagErrors.UnknownName, "business_key", 2, "no param" },

        // Schedule and params
        { "name: d\nschedule: every day\ntasks: {t: {shell: {script: x}}}", TimeErrors.Cron, "schedule.cron", 2, "" },
        { "name: d\nschedule:\n  cron: '@daily'\n  time_zone: Europe/Berlinn\ntasks: {t: {shell: {script: x}}}", TimeErrors.TimeZone, "schedule.time_zone", 4, "IANA" },
        { "name: d\nschedule: {every: 10ms}\ntasks: {t: {shell: {script: x}}}", TimeErrors.Schedule, "schedule.every", 2, "one second" },
        { "name: d\nschedule: {}\ntasks: {t: {shell: {script: x}}}", TimeErrors.Schedule, "schedule", 2, "" },
        { "name: d\nschedule: {cron: '@daily', start: 2026-01-02, end: 2026-01-01}\ntasks: {t: {shell: {script: x}}}", TimeErrors.Schedule, "schedule.end", 2, "" },
        { "name: d\nparams: {n: {schema: {type: integer, minimum: 1}, default: 0}}\ntasks: {t: {shell: {script: x}}}", DagErrors.BadDefault, "params.n.default", 2, "at least 1" },
        { "name: d\nparams: {n: {schema: {typ: integer}}}\ntasks: {t: {shell: {script: x}}}", DagErrors.BadSchema, "params.n.schema.typ", 2, "did you mean 'type'?" },
        { "name: d\nschedule: '@daily'\nparams:\n  n: {}\ntasks: {t: {shell: {script: x}}}", DagErrors.Contradiction, "params.n", 4, "default" },

        // Operators
        { "name: d\ntasks:\n  t:\n    shel: {script: x}", DagErrors.UnknownOperator, "tasks.t.shel", 4, "did you mean 'shell'?" },
        { "name: d\ntasks:\n  t:\n    shell:\n      scrpt: x\n      script: x", DagErrors.BadOperatorField, "tasks.t.shell.scrpt", 5, "did you mean 'script'?" },
        { "name: d\ntasks:\n  t:\n    shell: {}", DagErrors.BadOperatorField, "tasks.t.shell", 4, "'script' is missing" },
        { "name: d\ntasks:\n  t:\n    shell:\n      script: x\n      tries: many", DagErrors.BadOperatorField, "tasks.t.shell.tries", 6, "a whole number" },
        { "name: d\nparams: {a: {}}\ntasks:\n  t:\n    shell:\n      script: echo {{ params.a }}", DagErrors.TemplateInRawField, "tasks.t.shell.script", 6, "{{ params.a }}" },
        { Task("labels: {day: '{{ ds }}'}"), DagErrors.TemplateInRawField, "tasks.t.labels.day", 4, "not replaced here" },

        // Compute profiles
        { "name: d\ntasks:\n  t:\n    compute: {cpu: 1, gpu: 2}\n    box: {}", DagErrors.Contradiction, "tasks.t.compute.gpu", 4, "operator 'box' cannot give 'gpu'; of a compute profile it honours cpu, image" },
        { Task("compute: {image: 'app:{{ params.tag }}'}"), DagErrors.UnknownName, "tasks.t.compute.image", 4, "no param" },
        { Task("compute: {image: 'app:{{ ds'}"), TemplateErrors.Syntax, "tasks.t.compute.image", 4, "" },
        { Task("compute: {image: '{{ secrets.k }}'}"), DagErrors.SecretStored, "tasks.t.compute.image", 4, "compute.environment" },
        { Task("compute: {node_selector: {pool: '{{ tasks.other.output }}'}}"), DagErrors.UnknownName, "tasks.t.compute.node_selector.pool", 4, "no task" },
        { Task("compute: {environment: {A: '{{ item }}'}}"), DagErrors.NotMapped, "tasks.t.compute.environment.A", 4, "mapped" },
        { "name: d\ntasks:\n  t:\n    compute: {environment: {A: '{{ tasks.s.output }}'}}\n    shell: {script: x}\n  s: {shell: {script: x}}", DagErrors.NotUpstream, "tasks.t.compute.environment.A", 4, "'after'" },

        // Templates
        { Env("'{{ params.mising }}'", "params: {missing: {}}"), DagErrors.UnknownName, "tasks.t.shell.env.A", 5, "did you mean 'missing'?" },
        { Env("'{{ conf.x }}'"), DagErrors.UnknownName, "tasks.t.shell.env.A", 5, "no param" },
        { Env("'{{ params. }}'"), TemplateErrors.Syntax, "tasks.t.shell.env.A", 5, "" },
        { Env("'{{ nonsense }}'"), TemplateErrors.UnknownName, "tasks.t.shell.env.A", 5, "" },
        { Env("'{{ item.x }}'"), DagErrors.NotMapped, "tasks.t.shell.env.A", 5, "mapped" },
        { Env("'{{ tasks.u.output }}'"), DagErrors.UnknownName, "tasks.t.shell.env.A", 5, "no task" },
        { Env("\"{{ secrets['a b'] }}\""), DagErrors.BadName, "tasks.t.shell.env.A", 5, "secret" },
        { Env("'{{ tasks.u.output }}'").Replace("description: x\ntasks:\n", "tasks:\n  u: {shell: {script: x}}\n", StringComparison.Ordinal), DagErrors.NotUpstream, "tasks.t.shell.env.A", 5, "add 'u' to its 'after'" },
        { Task("limit: {key: '{{ var[\"a.b\"] }}', max: 1}"), DagErrors.BadName, "tasks.t.limit.key", 4, "the name of a variable" },
        { Task("limit: {key: '{{ secrets.k }}', max: 1}"), DagErrors.SecretStored, "tasks.t.limit.key", 4, "operator's fields" },
        { Task("map: {over: [1], key: '{{ key }}'}"), DagErrors.NotMapped, "tasks.t.map.key", 4, "made of itself" },
        { Mapped("  r: {after: m, shell: {script: x, env: {A: '{{ tasks.m.output }}'}}}"), DagErrors.BadOutput, "tasks.r.shell.env.A", 4, "'outputs'" },
        { Mapped("  p: {shell: {script: x}}\n  r: {after: p, code: {class: X, input: '{{ tasks.p.outputs }}'}}"), DagErrors.BadOutput, "tasks.r.code.input", 5, "'output'" },

        // Maps, branches, teardowns
        { Task("map: {over: abc}"), DagErrors.BadMap, "tasks.t.map.over", 4, "one template expression" },
        { Task("map: {over: {a: 1}}"), DagErrors.BadMap, "tasks.t.map.over", 4, "must be a list" },
        { Task("map: {over: [1, 2], max_length: 1}"), DagErrors.BadMap, "tasks.t.map.over", 4, "2 items" },
        { Task("map: {over: [1, 2], key: same}"), DagErrors.BadMap, "tasks.t.map.key", 4, "same for every item" },
        { Task("map: {over: [1], max_length: 100001}"), DagErrors.OutOfRange, "tasks.t.map.max_length", 4, "100000" },
        { Task("kind: branch"), DagErrors.BadBranch, "tasks.t.kind", 4, "nothing waits" },
        { Task("kind: short_circuit"), DagErrors.BadBranch, "tasks.t.kind", 4, "nothing waits" },
        { "name: d\ntasks:\n  b:\n    kind: branch\n    map: {over: [1]}\n    shell: {script: x}\n  c: {after: b, shell: {script: x}}", DagErrors.BadBranch, "tasks.b.kind", 4, "mapped group" },
        { "name: d\ntasks:\n  g:\n    map: {over: [1]}\n    tasks:\n      b:\n        kind: branch\n        shell: {script: x}\n  c: {after: g.b, shell: {script: x}}", DagErrors.BadBranch, "tasks.g.b.kind", 7, "after: g" },
        { "name: d\ntasks:\n  s: {shell: {script: x}}\n  t: {after: s, teardown: {of: s}, shell: {script: x}}", DagErrors.BadTeardown, "tasks.t.teardown.of[0]", 4, "setup: true" },
        { "name: d\ntasks:\n  s: {setup: true, shell: {script: x}}\n  t: {teardown: {of: s}, shell: {script: x}}", DagErrors.BadTeardown, "tasks.t.teardown.of[0]", 4, "not upstream" },
        { "name: d\ntasks:\n  s: {setup: true, map: {over: [1]}, shell: {script: x}}\n  t: {after: s, teardown: {of: s}, shell: {script: x}}", DagErrors.BadTeardown, "tasks.t.teardown.of[0]", 4, "mapped differently" },
        { Task("teardown: true"), DagErrors.BadTeardown, "tasks.t.teardown", 4, "waits for nothing" },
        { "name: d\ntasks:\n  s: {shell: {script: x}}\n  t: {after: s, teardown: true, trigger_rule: all_done, shell: {script: x}}", DagErrors.Contradiction, "tasks.t.trigger_rule", 4, "remove 'trigger_rule'" },
        { "name: d\ntasks:\n  s: {shell: {script: x}}\n  t: {after: s, teardown: {of: u}, shell: {script: x}}", DagErrors.UnknownUpstream, "tasks.t.teardown.of[0]", 4, "no task" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_OneThingWrong_SaysWhatAndWhere(string yaml, string code, string path, int line, string hint)
    {
        var problem = Assert.Single(Check(yaml));
        Assert.Equal((code, path, line), (problem.Code, problem.Place.Path, problem.Place.Line));
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Validate_RichDag_IsSound() => Assert.Empty(Check(RichDag.Yaml));

    [Theory]
    [InlineData("schedule: {datasets: [a, {any: [b, {all: [c, d]}]}], per_partition: true, overlap: skip}")]
    [InlineData("schedule: {cron: '@daily', datasets: a, catchup: all}")]
    [InlineData("defaults: {on_late: {shell: {script: x}}}\ndue: {after: 1h, from: start}")]
    [InlineData("business_key: constant")]
    public void Validate_FieldsThatFit_AreSound(string fields) =>
        Assert.Empty(Check($"name: d\n{fields}\ntasks: {{t: {{due: {{factor: 1.5}}, shell: {{script: x}}}}, u: {{shell: {{script: x}}}}}}"));

    [Fact]
    public void Validate_WhatCallbacksMayRead_IsSound() => Assert.Empty(Check("""
        name: d
        params: {p: {default: 1}}
        on_failure:
          code:
            class: X
            input:
              - "{{ params.p }} {{ conf.p }} {{ run.id }} {{ run.dag }} {{ run.labels.x }} {{ run.note }} {{ run.business_key }} {{ run.previous }} {{ run.dataset_events }}"
              - "{{ logical_date }} {{ ds }} {{ data_interval.start }} {{ data_interval.end }} {{ secrets.s }} {{ run.triggered_by }}"
              - "{{ about }}"
              - "{{ about.kind }} {{ about.run_id }} {{ about.dag }} {{ about.task }} {{ about.keys[0] }} {{ about.try }} {{ about.state }} {{ about.reason }} {{ about.logical_date }}"
        tasks: {t: {shell: {script: x}}}
        """));

    [Fact]
    public void Validate_ProducesOfMappedTask_ReadsItsItemAndItsUpstreams() => Assert.Empty(Check("""
        name: d
        tasks:
          list: {shell: {script: x}}
          t: {after: list, map: {over: "{{ tasks.list.output }}"}, shell: {script: x}, produces: [{dataset: "a/{{ item.b }}", partition: "{{ tasks.list.output[0] }}-{{ run.id }}"}]}
        """));

    [Fact]
    public void Validate_CallbackOfTasksOnBuiltDag_IsRefused()
    {
        var dag = new DagBuilder("d");
        dag.Shell("a", "x");
        var spec = dag.Build() with { Callbacks = new() { OnSkip = [new() { Operator = "shell", With = Json("""{"script":"x"}""") }] } };
        Assert.Equal((DagErrors.UnknownField, "on_skip"), Assert.Single(DagValidator.Validate(spec)) is var problem ? (problem.Code, problem.Place.Path) : default);
    }

    [Fact]
    public void Validate_SeveralThingsWrong_FindsAllAtOnce()
    {
        var problems = Check("""
            name: "bad name"
            schedule: {cron: nonsense, time_zone: Nowhere}
            params: {n: {default: x, schema: {type: integer}}}
            tasks:
              a: {after: [b, missing], retries: -1, shell: {script: x}}
              b: {after: a, kind: branch, nonsense: {}}
            """);
        Assert.Equal(
            [DagErrors.BadName, DagErrors.UnknownUpstream, DagErrors.Cycle, DagErrors.OutOfRange, DagErrors.BadDefault, TimeErrors.Cron, TimeErrors.TimeZone, DagErrors.UnknownOperator],
            problems.Select(problem => problem.Code));
    }

    [Fact]
    public void Validate_OutputsWithinAndAcrossRegions_AreSound() => Assert.Empty(Check("""
        name: d
        tasks:
          list: {shell: {script: x}}
          g:
            after: list
            map: {over: "{{ tasks.list.output }}", key: "{{ item.id }}-{{ index }}"}
            tasks:
              a: {shell: {script: x, env: {A: "{{ tasks.list.output.x }} {{ key }} {{ map.g.item }}"}}}
              b: {after: a, shell: {script: x, env: {A: "{{ tasks.a.output }}"}}}
              inner: {after: a, map: {over: "{{ tasks.a.output.list }}"}, shell: {script: x, env: {A: "{{ item }} {{ map.g.key }}"}}}
              c: {after: inner, code: {class: X, input: "{{ tasks.inner.outputs }}"}}
          chain: {after: g, map: {over: "{{ tasks.g.b.outputs }}"}, shell: {script: x}}
          end: {after: g, code: {class: X, input: ["{{ tasks.g.b.outputs }}", "{{ tasks.g.b['k'].output }}"]}}
        """));

    [Fact]
    public void Validate_BranchThatEndsItsGroup_DecidesAboutWhatFollowsTheGroup() => Assert.Empty(Check("""
        name: d
        tasks:
          g: {tasks: {b: {kind: branch, shell: {script: x}}}}
          c: {after: g, shell: {script: x}}
        """));

    [Fact]
    public void Validate_BracesForAnotherProgramInRawField_AreSound() =>
        Assert.Empty(Check("name: d\ntasks: {t: {shell: {script: \"docker inspect --format '{{.State}}' x\"}}}"));

    [Fact]
    public void Validate_TemplateWhereANumberIsWanted_IsSound() =>
        Assert.Empty(Check("name: d\nparams: {n: {default: 1}}\ntasks: {t: {shell: {script: x, tries: '{{ params.n }}'}}}"));

    [Fact]
    public void Validate_WithoutManifests_LeavesOperatorsUnchecked() =>
        Assert.Empty(DagValidator.Validate(DagYaml.Read("name: d\ntasks: {t: {anything: {x: 1}}}").Dags.Single().Dag));

    [Fact]
    public void Validate_BuiltInCSharp_PlacesHaveNoFile()
    {
        var dag = new DagBuilder("d");
        dag.Shell("a", "x");
        dag.Shell("a", "y");
        var problem = Assert.Single(DagValidator.Validate(dag.Build()));
        Assert.Equal($"tasks.a: {DagErrors.Duplicate} two tasks or groups are both 'a'; rename one", problem.ToString());
    }

    [Fact]
    public void Validate_DagOver512Kilobytes_IsRefused()
    {
        var dag = new DagBuilder("d");
        dag.Shell("a", new string('x', DagJson.MaxBytes));
        Assert.Equal(DagErrors.TooLarge, Assert.Single(DagValidator.Validate(dag.Build())).Code);
    }

    [Fact]
    public void Validate_TextThatIsNoUnicode_IsRefused()
    {
        var dag = new DagBuilder("d") { Description = "\uD800" };
        dag.Shell("a", "x");
        Assert.Equal(DagErrors.BadValue, Assert.Single(DagValidator.Validate(dag.Build())).Code);
    }

    [Fact]
    public void Validate_NegativeDuration_NamesTheField()
    {
        var dag = new DagBuilder("d");
        dag.Shell("a", "x").Timeout(TimeSpan.FromSeconds(-1)).Retries(1, TimeSpan.FromTicks(1));
        Assert.Equal(["tasks.a.retry_delay", "tasks.a.timeout"], DagValidator.Validate(dag.Build()).Select(problem => problem.Place.Path));
    }

    [Fact]
    public void Validate_GroupsNestedTooDeep_IsRefused()
    {
        var dag = new DagBuilder("d");
        ITaskScope scope = dag;
        for (var i = 0; i < 40; i++) scope = scope.Group("g");
        scope.Shell("a", "x");
        Assert.Contains(DagValidator.Validate(dag.Build()), problem => problem.Code == DagErrors.TooLarge);
    }

    [Fact]
    public void Validate_ChainOf5000Tasks_IsQuickAndSound()
    {
        var dag = new DagBuilder("d");
        var last = dag.Task("t0", "code");
        for (var i = 1; i < 5000; i++)
        {
            var next = dag.Task($"t{i}", "code");
            _ = last >> next;
            last = next;
        }
        Assert.Empty(DagValidator.Validate(dag.Build()));
    }

    private static ImmutableArray<Problem> Check(string yaml)
    {
        var read = DagYaml.Read(yaml);
        Assert.Empty(read.Problems);
        var document = read.Dags.Single();
        return DagValidator.Validate(document.Dag, [Shell, Code, Box], document.Sources);
    }

    private static string Task(string fields) => $"name: d\ntasks:\n  t:\n    {fields}\n    shell: {{script: x}}";

    private static string Env(string value, string dagField = "description: x") => $"name: d\n{dagField}\ntasks:\n  t:\n    shell: {{script: x, env: {{A: {value}}}}}";

    private static string Mapped(string more) => $"name: d\ntasks:\n  m: {{map: {{over: [1]}}, shell: {{script: x}}}}\n{more}";

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
