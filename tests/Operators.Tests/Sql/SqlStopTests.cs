using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Whatever ends an attempt, nothing of it is at work in the database afterwards.</summary>
[Collection(PostgresTests.Name)]
public sealed class SqlStopTests : IDisposable
{
    private const string Sleeps = "create table stopped (id int); do $$ begin raise notice 'at work'; perform pg_sleep(600); end $$";

    // Takes a cancel for nothing: only the end of its session stops it.
    private const string Stubborn = """
        do $$ begin
          raise notice 'at work';
          loop begin perform pg_sleep(600); exception when query_canceled then raise notice 'cancel ignored'; end; end loop;
        end $$
        """;

    private readonly TestAttempts _attempts = new();
    private readonly PostgresServer _server;

    public SqlStopTests(PostgresServer server)
    {
        _server = server;
        _attempts.With(new SqlOperator());
        _attempts.Connections["warehouse"] = server.Connection;
    }

    public void Dispose() => _attempts.Dispose();

    [PostgresFact]
    public async Task Stop_OfARunningStatement_CancelsItAndRollsBack()
    {
        var (task, run) = await StartAsync(Sleeps);

        await _attempts.StopAsync(task);
        var result = await run;

        Assert.Equal(AttemptOutcome.Stopped, result.Outcome);
        Assert.Equal(0L, await AtWorkAsync());
        Assert.Equal(DBNull.Value, await _server.AskAsync("select to_regclass('stopped')::text"));
    }

    [PostgresFact]
    public async Task Stop_OfAStatementThatIgnoresIt_EndsItsSession()
    {
        var (task, run) = await StartAsync(Stubborn);

        await _attempts.StopAsync(task);
        var result = await run;

        Assert.Equal(AttemptOutcome.Stopped, result.Outcome);
        Assert.Contains("cancel ignored", _attempts.Blobs.TextOf(TestAttempts.LogOf("q")));
        Assert.Equal(0L, await AtWorkAsync());
    }

    [PostgresFact]
    public async Task Timeout_OfTheTask_CancelsTheStatement()
    {
        var result = await _attempts.RunAsync(Task("select pg_sleep(600)", TimeSpan.FromMilliseconds(300)));

        Assert.Equal(AttemptOutcome.TimedOut, result.Outcome);
        Assert.Equal(0L, await AtWorkAsync());
    }

    [PostgresFact]
    public async Task Restart_AfterAWorkerVanished_EndsWhatItLeft()
    {
        await using var proxy = await CuttingProxy.StartAsync(_server.Port);
        _attempts.Connections["warehouse"] = _server.Connection with { Url = new Uri($"postgresql://127.0.0.1:{proxy.Port}/postgres") };
        var (task, run) = await StartAsync(Stubborn);
        proxy.Freeze();
        _attempts.Host.TakeOver(task.AttemptId);
        _attempts.Connections["warehouse"] = _server.Connection;
        using var other = new TestAttempts { Dag = _attempts.Dag };
        other.With(new SqlOperator()).Connections["warehouse"] = _server.Connection;
        other.Task("q", "sql", new { connection = "warehouse", sql = "select count(*) from pg_stat_activity where application_name like 'updraft q %' and pid <> pg_backend_pid()", mode = "value" });

        var again = await other.RunAsync(task);
        proxy.Cut();
        await run;

        Assert.Equal("0", again.Output!.Value!.Value.GetRawText());
        Assert.Equal(0L, await AtWorkAsync());
    }

    [PostgresTheory]
    [InlineData(true, AttemptOutcome.Success, 1L)]
    [InlineData(false, AttemptOutcome.Failed, 0L)]
    public async Task Commit_WhoseAnswerIsLost_IsToldByTheDatabase(bool reaches, AttemptOutcome outcome, long rows)
    {
        var table = reaches ? "reached" : "unreached";
        await _server.AskAsync($"create table {table} (id int)");
        await using var proxy = await CuttingProxy.StartAsync(_server.Port, cutAt: "COMMIT\0", reaches);
        _attempts.Connections["warehouse"] = _server.Connection with { Url = new Uri($"postgresql://127.0.0.1:{proxy.Port}/postgres") };

        var result = await _attempts.RunAsync(Task($"insert into {table} values (1)"));

        Assert.Equal((outcome, rows), (result.Outcome, await _server.AskAsync($"select count(*) from {table}")));
        Assert.Contains("the connection was lost during the commit", _attempts.Blobs.TextOf(TestAttempts.LogOf("q")));
    }

    private AttemptRequest Task(string sql, TimeSpan? timeout = null) => _attempts.Task("q", "sql", new { connection = "warehouse", sql }, timeout);

    private async Task<(AttemptRequest Task, Task<AttemptResult> Run)> StartAsync(string sql)
    {
        var task = Task(sql);
        var seen = _attempts.Blobs.WaitForAsync(TestAttempts.LogOf("q"), "NOTICE: at work");
        var run = _attempts.RunAsync(task);
        await await System.Threading.Tasks.Task.WhenAny(seen, run);
        return (task, run);
    }

    private Task<object?> AtWorkAsync() => _server.AskAsync("select count(*) from pg_stat_activity where application_name like 'updraft q %'");
}
