using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

[Collection(PostgresTests.Name)]
public sealed class SqlOperatorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly PostgresServer _server;

    public SqlOperatorTests(PostgresServer server)
    {
        _server = server;
        _attempts.With(new SqlOperator());
        _attempts.Connections["warehouse"] = server.Connection;
    }

    public void Dispose() => _attempts.Dispose();

    [PostgresFact]
    public async Task Execute_SeveralStatements_CountsTheRowsAndIsOneTransaction()
    {
        var done = await RunAsync(new { sql = "create table one (id int primary key, day date); insert into one values (1, @day), (2, null); -- ; end\nupdate one set id = id + 10;", @params = new { day = "{{ ds }}" } });
        var failed = await RunAsync(new { sql = "insert into one values (3, null);\n\ninsert into one values (11, null)" });

        Assert.Equal("""{"rows":4}""", Output(done));
        Assert.Equal("2026-03-29", await _server.AskAsync("select day::text from one where id = 11"));
        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.SqlFailed), (failed.Outcome, failed.Code));
        Assert.StartsWith("statement 2 of 2 (line 3): 23505: duplicate key value", failed.Reason);
        Assert.Equal(2L, await _server.AskAsync("select count(*) from one"));
    }

    [PostgresFact]
    public async Task Execute_WithoutATransaction_KeepsWhatWasDoneAndMayVacuum()
    {
        var done = await RunAsync(new { sql = "create table kept (id int); insert into kept values (1); vacuum kept; selec 1", transaction = false });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.SqlRefused), (done.Outcome, done.Code));
        Assert.Contains("statement 4 of 4 (line 1): 42601: syntax error", done.Reason);
        Assert.Equal(1L, await _server.AskAsync("select count(*) from kept"));
    }

    [PostgresFact]
    public async Task Rows_OfEveryKindOfValue_AreJson()
    {
        var done = await RunAsync(new
        {
            mode = "rows",
            sql = """
                select 1 as i, 12345678901234567890.5::numeric as n, 1.5::float8 as f, 'NaN'::float8 as nan, true as b, null as nothing, 'a"ä' as t, date '2026-01-02' as d,
                  timestamptz '2026-01-02 03:04:05.5+02' as at, timestamp '2026-01-02 03:04:05' as local, '{"a": [1]}'::jsonb as j, array[1,2] as list, interval '90 minutes' as span,
                  'infinity'::timestamptz as never, '\x01ff'::bytea as bytes, int4range(1, 3) as range
                """,
        });

        Assert.Equal(
            """[{"i":1,"n":12345678901234567890.5,"f":1.5,"nan":"NaN","b":true,"nothing":null,"t":"a\"ä","d":"2026-01-02","at":"2026-01-02T01:04:05.5Z","local":"2026-01-02T03:04:05","j":{"a":[1]},"list":"{1,2}","span":"01:30:00","never":"infinity","bytes":"\\x01ff","range":"[1,3)"}]""",
            Output(done).Replace("{\"a\": [1]}", "{\"a\":[1]}", StringComparison.Ordinal));
    }

    [PostgresTheory]
    [InlineData("select 7 as n", "7")]
    [InlineData("select generate_series(1, 3)", "1")]
    [InlineData("create temp table v as select 1 as n; insert into v values (2) returning n", "2")]
    public async Task Value_OfTheLastStatement_IsTheFirstOfTheFirstRow(string sql, string expected) => Assert.Equal(expected, Output(await RunAsync(new { sql, mode = "value" })));

    [PostgresFact]
    public async Task Value_OfNoRow_IsNull()
    {
        var done = await RunAsync(new { sql = "select 1 where false", mode = "value" });

        Assert.Equal((AttemptOutcome.Success, "null".Length), (done.Outcome, done.Output!.Bytes));
    }

    [PostgresTheory]
    [InlineData("select day::text from (values (date '2026-03-29')) v (day) where day = @p", "\"{{ ds }}\"", "\"2026-03-29\"")]
    [InlineData("select :p + 1", "41", "42")]
    [InlineData("select @p::bigint", "9000000000", "9000000000")]
    [InlineData("select @p * 2", "1.25", "2.50")]
    [InlineData("select not @p", "false", "true")]
    [InlineData("select 2 = any(@p)", "[1, 2, null]", "true")]
    [InlineData("select count(*) from (values (date '2026-03-29')) v (day) where day = any(@p)", "[\"2026-03-29\"]", "1")]
    [InlineData("select (@p::text[])[1]", "[\"a\\\"\\\\,{}\"]", "\"a\\u0022\\\\,{}\"")]
    [InlineData("select @p -> 'a' ->> 0", "{\"a\": [\"x\"]}", "\"x\"")]
    [InlineData("select coalesce(@p, 5)", "null", "5")]
    [InlineData("select @p::text", "\"'; drop table x; --\"", "\"'; drop table x; --\"")]
    [InlineData("select ':p' || '@p' || $$:p$$ /* @p */ || @p::text", "\"!\"", "\":p@p:p!\"")]
    public async Task Params_OfEveryKind_AreValues(string sql, string value, string expected)
    {
        var done = await RunAsync(new { sql, mode = "value", @params = new { p = TestAttempts.Json(value) } });

        Assert.True(JsonElement.DeepEquals(TestAttempts.Json(expected), TestAttempts.Json(Output(done))), $"{done.Reason} {Output(done)}");
    }

    [PostgresTheory]
    [InlineData("""{"sql":"select generate_series(1, 1000000000)","mode":"rows","max_rows":10}""", "more than 10 rows")]
    [InlineData("""{"sql":"select repeat('x', 1000)","mode":"rows","max_bytes":500}""", "more than 500 bytes")]
    [InlineData("""{"sql":"select repeat('x', 1000)","mode":"value","max_bytes":500}""", "more than 500 bytes")]
    [InlineData("""{"sql":"select generate_series(1, 1000000000)","mode":"value"}""", "more than 10000 rows")]
    [InlineData("""{"sql":"create temp table t (i int)","mode":"rows"}""", "yields no rows")]
    [InlineData("""{"sql":"select 1 as a, 2 as a","mode":"rows"}""", "both 'a'")]
    public async Task Results_ThatAreNotWanted_FailForGood(string with, string says)
    {
        var failed = await RunAsync(TestAttempts.Json(with));

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.SqlResult), (failed.Outcome, failed.Code));
        Assert.Contains(says, failed.Reason);
    }

    [PostgresTheory]
    [InlineData("select * from nowhere", "42P01: relation \"nowhere\" does not exist", AttemptOutcome.FailedForGood)]
    [InlineData("select 1 / 0", "22012: division by zero", AttemptOutcome.FailedForGood)]
    [InlineData("do $$ begin raise exception 'not today' using errcode = '40001'; end $$", "40001: not today", AttemptOutcome.Failed)]
    [InlineData("do $$ begin raise exception 'no rows yet'; end $$", "P0001: no rows yet", AttemptOutcome.Failed)]
    [InlineData("select pg_terminate_backend(pg_backend_pid())", "57P01", AttemptOutcome.Failed)]
    public async Task Errors_OfTheDatabase_PassOrNotByTheirState(string sql, string says, AttemptOutcome outcome)
    {
        var failed = await RunAsync(new { sql });

        Assert.Equal((outcome, outcome == AttemptOutcome.Failed ? OperatorErrors.SqlFailed : OperatorErrors.SqlRefused), (failed.Outcome, failed.Code));
        Assert.Contains(says, failed.Reason);
    }

    [PostgresFact]
    public async Task StatementTimeout_OfALongStatement_FailsAndMayPass()
    {
        var failed = await RunAsync(new { sql = "select pg_sleep(60)", statement_timeout = "100ms" });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.SqlFailed), (failed.Outcome, failed.Code));
        Assert.Contains("57014: canceling statement due to statement timeout", failed.Reason);
    }

    [PostgresFact]
    public async Task Session_OfATask_NamesTaskAndRunToADba()
    {
        var done = await RunAsync(new { sql = "select application_name from pg_stat_activity where pid = pg_backend_pid()", mode = "value" });

        Assert.Matches("^\"updraft q manual-1 #[0-9a-f]{8}\"$", Output(done));
    }

    [Theory]
    [InlineData("daily-1", "load", "updraft load daily-1 #")]
    [InlineData("daily-1", "a.very.long.task.id.in.many.groups.of.tasks", "updraft a.very.long.task.id.in.many.groups... daily-1 #")]
    [InlineData("scheduled__2026-03-29T01:00:00Z-of-a-very-long-dag-name", "load\n\u00e4", "updraft load?? scheduled__2026-03-29T01:00:00Z-of-a.. #")]
    [InlineData("scheduled__2026-03-29T01:00:00Z-of-a-very-long-dag-name", "a.very.long.task.id.in.many.groups.of.tasks", "updraft a.very.long.task.id... scheduled__2026-03-2.. #")]
    public void Label_OfLongNames_KeepsSomeOfBoth(string run, string task, string label)
    {
        var made = SqlLabel.Of(run, task, "attempt");

        Assert.StartsWith(label, made);
        Assert.InRange(made.Length, 1, 63);
    }

    [PostgresFact]
    public async Task File_OfTheDag_HoldsTheStatements()
    {
        var files = Directory.CreateDirectory(Path.Combine(_attempts.Folder, "package", "files", "sql"));
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "daily.sql"), "select 'from the file';");
        await File.WriteAllTextAsync(Path.Combine(_attempts.Folder, "package", "package.json"), "{}");
        _attempts.Packages["p1"] = await DagPackage.OpenAsync("p1", Path.Combine(_attempts.Folder, "package"));
        _attempts.Run = _attempts.Run with { Package = "p1" };

        Assert.Equal("\"from the file\"", Output(await RunAsync(new { file = "sql/daily.sql", mode = "value" })));
        Assert.Equal(OperatorErrors.Fields, (await RunAsync(new { file = "../package.json" })).Code);
        Assert.Equal(OperatorErrors.Fields, (await RunAsync(new { file = "missing.sql" })).Code);
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "waits.sql"), "select * from current_ds_wait::orders");
        Assert.Contains("declares waits", (await RunAsync(new { file = "sql/waits.sql" })).Reason);
    }

    [PostgresTheory]
    [InlineData("""{"connection":"warehouse"}""")]
    [InlineData("""{"connection":"warehouse","sql":"select 1","file":"a.sql"}""")]
    [InlineData("""{"connection":"warehouse","sql":"-- nothing\n;"}""")]
    [InlineData("""{"connection":"warehouse","sql":"select 1; commit; select 2"}""")]
    [InlineData("""{"connection":"warehouse","sql":"select 1","params":{"a b":1}}""")]
    [InlineData("""{"connection":"warehouse","sql":"select @a","params":{"a":"\u0000"}}""")]
    [InlineData("""{"connection":"warehouse","sql":"select 1","max_rows":0}""")]
    public async Task Fields_ThatMeanNothing_FailForGood(string with) =>
        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Fields), await _attempts.RunAsync("q", "sql", TestAttempts.Json(with)) is var failed ? (failed.Outcome, failed.Code) : default);

    [PostgresFact]
    public async Task Connection_WithAWrongPassword_FailsForGoodWithoutIt()
    {
        _attempts.Connections["warehouse"] = _server.Connection with { Password = "wrong-4711" };

        var failed = await RunAsync(new { sql = "select 1" });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.SqlRefused), (failed.Outcome, failed.Code));
        Assert.Contains("connection 'warehouse': 28P01", failed.Reason);
        Assert.DoesNotContain("wrong-4711", failed.Reason + _attempts.Blobs.TextOf(TestAttempts.LogOf("q")));
    }

    [Fact]
    public async Task Connection_ToNobody_MayPass()
    {
        _attempts.Connections["warehouse"] = new Connection { Url = new Uri("postgresql://127.0.0.1:1/x"), User = "u", Password = "pg-4711" };

        var failed = await RunAsync(new { sql = "select 1" });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.SqlFailed), (failed.Outcome, failed.Code));
    }

    [Theory]
    [InlineData("sqlserver://db.example.com/x", OperatorErrors.SqlDialect, "Microsoft.Data.SqlClient")]
    [InlineData("mysql://db.example.com/x", OperatorErrors.SqlDialect, "'mysql'")]
    [InlineData("postgresql://db.example.com/x?sslmode=maybe", OperatorErrors.Connection, "sslmode")]
    [InlineData("postgresql://db.example.com/x?pooling=true", OperatorErrors.Connection, "pooling")]
    public async Task Connection_ThatNoDriverTakes_IsRefused(string url, string code, string says)
    {
        _attempts.Connections["warehouse"] = new Connection { Url = new Uri(url), User = "u", Password = "pg-4711" };

        var failed = await RunAsync(new { sql = "select 1" });

        Assert.Equal(code, failed.Code);
        Assert.Contains(says, failed.Reason);
    }

    private async Task<AttemptResult> RunAsync(object with)
    {
        var fields = JsonSerializer.SerializeToNode(with)!.AsObject();
        fields["connection"] = "warehouse";
        return await _attempts.RunAsync("q", "sql", fields);
    }

    private static string Output(AttemptResult result) => result.Output?.Value is { } value ? value.GetRawText() : throw new InvalidOperationException($"{result.Outcome}: {result.Reason}");
}
