namespace Updraft.Dags.Tests;

public sealed class DagYamlTests
{
    private const string Minimal = "name: d\ntasks:\n  t:\n    shell: {script: x}";

    public static TheoryData<string, string, string, int?, string> Wrong => new()
    {
        { "", DagErrors.BadFile, "", null, "empty" },
        { "# nothing\n", DagErrors.BadFile, "", null, "empty" },
        { "- a", DagErrors.BadValue, "", 1, "a list" },
        { "name: d\ntasks: [a]", DagErrors.BadValue, "tasks", 2, "mapping" },
        { "name: d\nshedule: '@daily'\ntasks: {t: {shell: {}}}", DagErrors.UnknownField, "shedule", 2, "did you mean 'schedule'?" },
        { "name: d\ntasks:\n  t:\n    retires: 3\n    shell: {}", DagErrors.UnknownField, "tasks.t.retires", 4, "did you mean 'retries'?" },
        { "tasks: {t: {shell: {}}}", DagErrors.MissingField, "", 1, "'name'" },
        { "name: d", DagErrors.MissingField, "", 1, "'tasks'" },
        { "name: d\ntasks:\n  t: {retries: 1}", DagErrors.MissingField, "tasks.t", 3, "no operator" },
        { "name: d\ntasks:\n  t: {shell: {}, code: {}}", DagErrors.UnknownField, "tasks.t", 3, "'shell', 'code'" },
        { "name: d\ntasks:\n  t: {shell: ls}", DagErrors.UnknownField, "tasks.t.shell", 3, "the fields of an operator are a mapping" },
        { "name: d\ntasks:\n  t: x", DagErrors.BadValue, "tasks.t", 3, "text" },
        { "name: d\ntasks:\n  a.b: {shell: {}}", DagErrors.BadName, "tasks.a.b", 3, "dot" },
        { "name: 1\ntasks: {t: {shell: {}}}", DagErrors.BadValue, "name", 1, "put it in quotes" },
        { "name: d\nlabels: {v: 1.10}\ntasks: {t: {shell: {}}}", DagErrors.BadValue, "labels.v", 2, "put it in quotes" },
        { "name: d\ntasks: {t: {retries: '3', shell: {}}}", DagErrors.BadValue, "tasks.t.retries", 2, "a whole number" },
        { "name: d\ntasks: {t: {retries: 1.5, shell: {}}}", DagErrors.BadValue, "tasks.t.retries", 2, "1.5" },
        { "name: d\ntasks: {t: {setup: yes, shell: {}}}", DagErrors.BadValue, "tasks.t.setup", 2, "true or false" },
        { "name: d\ntasks: {t: {timeout: 1 hour, shell: {}}}", DagErrors.BadValue, "tasks.t.timeout", 2, "1h30m" },
        { "name: d\ntasks: {t: {timeout: 60, shell: {}}}", DagErrors.BadValue, "tasks.t.timeout", 2, "duration" },
        { "name: d\ntasks: {t: {trigger_rule: all_don, shell: {}}}", DagErrors.BadValue, "tasks.t.trigger_rule", 2, "did you mean 'all_done'?" },
        { "name: d\nschedule: {cron: '@daily', start: soon}\ntasks: {t: {shell: {}}}", DagErrors.BadValue, "schedule.start", 2, "2026-03-29" },
        { "name: d\nname: e\ntasks: {t: {shell: {}}}", DagErrors.Duplicate, "name", 2, "first in line 1" },
        { "name: d\ntasks:\n  t: {shell: {}}\n  t: {shell: {}}", DagErrors.Duplicate, "tasks.t", 4, "twice" },
        { "name: d\ntasks: {t: {shell: {x: .inf}}}", DagErrors.BadValue, "tasks.t.shell.x", 2, ".inf" },
        { "name: d\ntasks: {t: {shell: {x: 1e999}}}", DagErrors.BadValue, "tasks.t.shell.x", 2, "1e308" },
        { "name: d\ntasks: {t: {shell: !!python/object:x {}}}", DagErrors.BadYaml, "tasks.t.shell", 2, "tag" },
        { "name: d\ntasks: {t: {shell: {? [a] : b}}}", DagErrors.BadYaml, "tasks.t.shell", 2, "must be text" },
        { "a: &a {x: 1}\nb: {<<: *a}", DagErrors.BadYaml, "b.<<", 2, "defaults" },
        { "name: d\n---\nname: e", DagErrors.BadYaml, "", 2, "more than one document" },
        { "name: *x", DagErrors.BadYaml, "name", 1, "no anchor" },
        { "name: d\nx: &x [*x]", DagErrors.BadYaml, "x[0]", 2, "ends before it" },
        { "name: d\n\tx: 1", DagErrors.BadYaml, "", 1, "no YAML" },
        { "name: 'd\n", DagErrors.BadYaml, "", 1, "no YAML" },
        { "name: d\u0000", DagErrors.BadFile, "", 1, "NUL" },
        { "name: d\ndefaults: {after: x}\ntasks: {t: {shell: {}}}", DagErrors.UnknownField, "defaults.after", 2, "no default" },
        { "name: d\ndefaults: {lables: {}}\ntasks: {t: {shell: {}}}", DagErrors.UnknownField, "defaults.lables", 2, "did you mean 'labels'?" },
        { "name: d\ndefaults: 3\ntasks: {t: {shell: {}}}", DagErrors.BadValue, "defaults", 2, "mapping" },
        { "name: d\ninstances: []\ntasks: {t: {shell: {}}}", DagErrors.BadInstances, "instances", 2, "list of 1 to" },
        { "name: d-<< c >>\ninstances: [{b: 1}]\ntasks: {t: {shell: {}}}", DagErrors.BadInstances, "name", 1, "no value" },
        { "name: d\ninstances: [{c: 1}, {c: 2}]\ntasks: {t: {shell: {}}}", DagErrors.Duplicate, "name", 1, "both named 'd'" },
        { "name: d-<< c >>\ninstances: [{c: [1]}]\ntasks: {t: {shell: {}}}", DagErrors.BadInstances, "name", 1, "whole value" },
        { "name: d\ntasks: {$include: gone.yaml}", DagErrors.BadFile, "tasks", 2, "no file 'gone.yaml'" },
        { "name: d\ntasks: {$include: ../x.yaml}", DagErrors.BadFile, "tasks", 2, "no path within" },
        { "name: d\ntasks: {t: {shell: {script: {$file: /etc/passwd}}}}", DagErrors.BadFile, "tasks.t.shell.script", 2, "no path within" },
        { "name: d\ntasks: {$include: dag.yaml}", DagErrors.TooLarge, "tasks.tasks.tasks.tasks.tasks.tasks.tasks.tasks.tasks", 2, "circle" },
        { "name: d\ntasks: {t: {shell: {script: {$file: x, y: 1}}}}", DagErrors.BadValue, "tasks.t.shell.script.$file", 2, "stands alone" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_OneThingWrong_SaysWhatAndWhere(string yaml, string code, string path, int? line, string hint)
    {
        var read = DagYaml.Read(yaml);
        Assert.Empty(read.Dags);
        var problem = Assert.Single(read.Problems);
        Assert.Equal((code, path, line, "dag.yaml"), (problem.Code, problem.Place.Path, problem.Place.Line, problem.Place.File));
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Read_SeveralThingsWrong_FindsAllAtOnce()
    {
        var read = DagYaml.Read("nam: d\nmax_active_runs: x\ntasks:\n  t: {retires: 1, timeout: 5, shell: {}}");
        Assert.Equal(["", "max_active_runs", "tasks.t.timeout", "tasks.t.retires", "nam"], read.Problems.Select(problem => problem.Place.Path));
    }

    [Fact]
    public void Read_MissingMainFile_SaysSo()
    {
        var problem = Assert.Single(DagYaml.Read(new TextFiles()).Problems);
        Assert.Equal((DagErrors.BadFile, "dag.yaml"), (problem.Code, problem.Place.File));
    }

    [Fact]
    public void Read_AnchorsAndAliases_AreTheSameValueAgain()
    {
        var dag = One("name: d\ntasks:\n  a: {labels: &l {x: '1'}, shell: &s {script: x}}\n  b: {labels: *l, shell: *s}");
        Assert.Equal(dag.Tasks[0].With.GetRawText(), dag.Tasks[1].With.GetRawText());
        Assert.Equal("1", dag.Tasks[1].Labels["x"]);
    }

    [Fact]
    public void Read_CoreSchema_TypesPlainScalars()
    {
        var with = One("name: d\ntasks: {t: {shell: {a: yes, b: True, c: ~, d: 0x1F, e: 0o17, f: +1.50, g: '1', h: 1_000, i: 012, j: !!str 5}}}").Tasks[0].With;
        Assert.Equal("""{"a":"yes","b":true,"c":null,"d":31,"e":15,"f":1.5,"g":"1","h":"1_000","i":12,"j":"5"}""", with.GetRawText());
    }

    [Fact]
    public void Read_NamesInAfter_MeanTheNearestScope()
    {
        var dag = One("""
            name: d
            tasks:
              a: {shell: {}}
              g:
                tasks:
                  a: {shell: {}}
                  b: {after: a, shell: {}}
                  c: {after: .a, shell: {}}
                  d: {after: g.a, shell: {}}
            """);
        Assert.Equal(["g.a", "a", "g.a"], dag.Tasks.Where(task => task.After.Length > 0).Select(task => task.After.Single()));
        Assert.Equal(DagJson.Hash(dag), DagJson.Hash(DagJson.Parse(DagJson.Serialize(dag))));
    }

    [Fact]
    public void Read_Defaults_NearestWinsAndNullTakesAway()
    {
        var dag = One("""
            name: d
            defaults: {retries: 1, timeout: 1m, labels: {a: dag, b: dag}, shell: {env: {X: dag}}}
            tasks:
              plain: {code: {}}
              g:
                defaults: {retries: 2, labels: {b: group}}
                tasks:
                  t: {labels: {c: task}, timeout: null, shell: {env: {Y: task}}}
                  u: {retries: 3, shell: {env: null}}
            """);
        var (plain, t, u) = (dag.Tasks[0], dag.Tasks[1], dag.Tasks[2]);
        Assert.Equal((1, TimeSpan.FromMinutes(1), "{}"), (plain.Retry.Retries, plain.Timeout, plain.With.GetRawText()));
        Assert.Equal((2, null, """{"env":{"X":"dag","Y":"task"}}"""), (t.Retry.Retries, t.Timeout, t.With.GetRawText()));
        Assert.Equal(["dag", "group", "task"], t.Labels.Values);
        Assert.Equal((3, "{}"), (u.Retry.Retries, u.With.GetRawText()));
    }

    [Fact]
    public void Read_Defaults_DueAndCallbacksAreReplacedAsAWhole()
    {
        var dag = One("""
            name: d
            defaults:
              due: {after: 1h, from: start}
              depends_on_past: true
              on_failure: {shell: {script: dag, env: {X: dag}}}
              on_retry: [{shell: {script: dag}}]
            tasks:
              plain: {code: {}}
              own:
                due: {factor: 2}
                depends_on_past: false
                on_failure: {shell: {script: own}}
                on_retry: null
                code: {}
            """);
        var (plain, own) = (dag.Tasks[0], dag.Tasks[1]);
        Assert.Equal((TimeSpan.FromHours(1), DueFrom.Start, true), (plain.Due!.After, plain.Due.From, plain.DependsOnPast));
        Assert.Equal("""{"env":{"X":"dag"},"script":"dag"}""", Assert.Single(plain.Callbacks.OnFailure).With.GetRawText());
        Assert.Equal(new DueSpec { Factor = 2 }, own.Due);
        Assert.False(own.DependsOnPast);
        Assert.Equal("""{"script":"own"}""", Assert.Single(own.Callbacks.OnFailure).With.GetRawText());
        Assert.Empty(own.Callbacks.OnRetry);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("[a, b]", "all(a, b)")]
    [InlineData("{all: [b, a]}", "all(b, a)")]
    [InlineData("{any: [a, {all: [b, [c, d]]}]}", "any(a, all(b, all(c, d)))")]
    [InlineData("{any: a}", "any(a)")]
    public void Read_Datasets_InEachForm(string yaml, string condition) =>
        Assert.Equal(condition, One($"name: d\nschedule: {{datasets: {yaml}}}\ntasks: {{t: {{shell: {{}}}}}}").Schedule!.Datasets!.ToString());

    [Theory]
    [InlineData("on_retry")]
    [InlineData("on_skip")]
    public void Read_CallbackOfTasksOnDag_SaysWhereItBelongs(string name)
    {
        var problem = Assert.Single(DagYaml.Read($"name: d\n{name}: {{shell: {{}}}}\ntasks: {{t: {{shell: {{}}}}}}").Problems);
        Assert.Equal((DagErrors.UnknownField, name, 2), (problem.Code, problem.Place.Path, problem.Place.Line));
        Assert.Contains("write it in a task", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on_failure: text", DagErrors.BadValue, "on_failure[0]", "a callback is a mapping")]
    [InlineData("on_failure: [{retries: 1}]", DagErrors.MissingField, "on_failure[0]", "the callback has no operator")]
    [InlineData("on_failure: {shell: {}, code: {}}", DagErrors.UnknownField, "on_failure[0]", "a callback has one operator")]
    [InlineData("on_failure: {shell: {}, retires: 1}", DagErrors.UnknownField, "on_failure[0].retires", "did you mean 'retries'?")]
    [InlineData("schedule: {datasets: 1}", DagErrors.BadValue, "schedule.datasets", "the name of a dataset")]
    [InlineData("schedule: {datasets: [{any: [1]}]}", DagErrors.BadValue, "schedule.datasets[0].any[0]", "the name of a dataset")]
    [InlineData("due: 2h", DagErrors.BadValue, "due", "a mapping")]
    [InlineData("due: {after: 2h, from: begin}", DagErrors.BadValue, "due.from", "logical_date, start")]
    public void Read_WrongForm_SaysWhatAndWhere(string field, string code, string path, string hint)
    {
        var problem = Assert.Single(DagYaml.Read($"name: d\n{field}\ntasks: {{t: {{shell: {{}}}}}}").Problems);
        Assert.Equal((code, path, 2), (problem.Code, problem.Place.Path, problem.Place.Line));
        Assert.Contains(hint, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ProducesOfWrongForm_SaysWhere()
    {
        var problems = DagYaml.Read("name: d\ntasks:\n  t:\n    shell: {}\n    produces:\n      - 1\n      - {partition: x}").Problems;
        Assert.Equal([("tasks.t.produces[0]", 6), ("tasks.t.produces[1]", 7)], problems.Select(problem => (problem.Place.Path, problem.Place.Line!.Value)));
    }

    [Fact]
    public void Read_Instances_MakeOneDagEachWithTypedValues()
    {
        var read = DagYaml.Read("""
            name: train-<< customer >>
            instances:
              - {customer: acme, tries: 3, over: [1, 2], field: class}
              - {customer: globex, tries: 4, over: [], field: module}
            tasks:
              t:
                retries: << tries >>
                map: {over: << over >>}
                code: {"<< field >>": "X-<<customer>>-<< tries >>", heredoc: "cat << 'EOF'"}
            """);
        Assert.Empty(read.Problems);
        Assert.Equal(["train-acme", "train-globex"], read.Dags.Select(document => document.Dag.Name));
        var task = read.Dags[0].Dag.Tasks[0];
        Assert.Equal((3, "[1,2]", """{"class":"X-acme-3","heredoc":"cat << 'EOF'"}"""), (task.Retry.Retries, task.Map!.Over.GetRawText(), task.With.GetRawText()));
    }

    [Fact]
    public void Read_WithoutInstances_LeavesAngleBracketsAlone() =>
        Assert.Equal("""{"script":"cat << EOF >> x"}""", One("name: d\ntasks: {t: {shell: {script: 'cat << EOF >> x'}}}").Tasks[0].With.GetRawText());

    [Fact]
    public void Read_Folder_TakesTextsAndIncludesRelativeToTheFileThatNamesThem()
    {
        var files = new TextFiles(
            ("dag.yaml", "name: d-<< c >>\ninstances: {$include: table.yaml}\ntasks: {$include: parts/tasks.yaml}"),
            ("table.yaml", "[{c: acme}]"),
            ("parts/tasks.yaml", "t: {shell: {script: {$file: << c >>.sh}, env: {C: << c >>}}}\nu: {after: t, code: {class: {$file: ../u.txt}}}"),
            ("parts/acme.sh", "echo << c >> {{ x }}\n"),
            ("u.txt", "\uFEFFU"));
        var read = DagYaml.Read(files);
        Assert.Empty(read.Problems);
        var document = read.Dags.Single();
        Assert.Equal("echo << c >> {{ x }}\n", document.Dag.Tasks[0].With.GetProperty("script").GetString());
        Assert.Equal("U", document.Dag.Tasks[1].With.GetProperty("class").GetString());
        Assert.Equal(new Place("tasks.u.after", "parts/tasks.yaml", 2), document.Sources.Find("tasks.u.after"));
    }

    [Fact]
    public void Read_FileThatCannotBeRead_SaysWhy()
    {
        var problem = Assert.Single(DagYaml.Read(new Unreadable()).Problems);
        Assert.Equal(DagErrors.BadFile, problem.Code);
        Assert.Contains("disk on fire", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotUtf8_IsRefused() => Assert.Equal(DagErrors.BadFile, Assert.Single(DagYaml.Read(new Bytes([0x6e, 0xff, 0xfe])).Problems).Code);

    [Fact]
    public void Read_Schedule_LocalStartIsInItsZone()
    {
        var schedule = One("name: d\nschedule: {cron: '@daily', time_zone: America/New_York, start: 2026-07-01T00:30:00}\ntasks: {t: {shell: {}}}").Schedule!;
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 4, 30, 0, TimeSpan.Zero), schedule.Start);
    }

    [Fact]
    public void Read_Minimal_HasEveryDefault()
    {
        var dag = new DagBuilder("d");
        dag.Shell("t", "x");
        Assert.Equal(DagJson.Serialize(dag.Build()), DagJson.Serialize(One(Minimal)));
        Assert.Equal("""{"name":"d","tasks":{"t":{"shell":{"script":"x"}}}}""", DagJson.Serialize(One(Minimal)));
    }

    private static DagSpec One(string yaml)
    {
        var read = DagYaml.Read(yaml);
        Assert.Empty(read.Problems);
        return read.Dags.Single().Dag;
    }

    private sealed class Unreadable : IDagFiles
    {
        public Stream? Open(string path) => throw new IOException("disk on fire");
    }

    private sealed class Bytes(byte[] bytes) : IDagFiles
    {
        public Stream? Open(string path) => new MemoryStream(bytes);
    }
}
