namespace Updraft.Operators.Tests;

[Collection(PostgresTests.Name)]
public sealed class SqlSensorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly PostgresServer _server;

    public SqlSensorTests(PostgresServer server)
    {
        _server = server;
        _attempts.With(new SqlSensor(), new PartitionSensor());
        _attempts.Connections["warehouse"] = server.Connection;
    }

    public void Dispose() => _attempts.Dispose();

    [PostgresTheory]
    [InlineData("select 1 where false", null)]
    [InlineData("select null", null)]
    [InlineData("select false, true", null)]
    [InlineData("select 0", null)]
    [InlineData("select ''", null)]
    [InlineData("select count(*) from generate_series(1, 3)", "3")]
    [InlineData("select 0.5 -- half", "0.5")]
    [InlineData("values ('done'), ('x');", "\"done\"")]
    [InlineData("with d as (select date '2026-03-29' as ds) select ds from d where ds = @ds", "\"2026-03-29\"")]
    [InlineData("select '{\"a\":1}'::jsonb, 1 as a, 2 as a", "{\"a\":1}")]
    public async Task Query_HoldsByItsFirstValue(string sql, string? value)
    {
        var poke = await _attempts.PokeAsync("sql_wait", new { connection = "warehouse", sql, @params = new { ds = "{{ ds }}" } });

        Assert.Equal((value is not null, value, null), (poke.Met, poke.Result?.Output?.Value?.GetRawText(), poke.Error));
    }

    [PostgresFact]
    public async Task Conditions_OfOneConnection_AreAskedInOneCallUnderOneName()
    {
        const string Sql = "select txid_current_if_assigned() is null and current_setting('default_transaction_read_only') = 'on' and application_name like 'updraft wait %', backend_start from pg_stat_activity where pid = pg_backend_pid() and @n::int > 2";

        var found = await _attempts.PokeManyAsync(new SqlSensor(), [.. Enumerable.Range(1, 5).Select(n => new { connection = "warehouse", sql = Sql, @params = new { n } })]);

        Assert.Equal([null, null, "true", "true", "true"], found);
    }

    [PostgresFact]
    public async Task Conditions_ThatFail_FailAlone()
    {
        await _server.AskAsync("create table looked (id int)");

        var found = await _attempts.PokeManyAsync(
            new SqlSensor(),
            new { connection = "warehouse", sql = "select 1" },
            new { connection = "warehouse", sql = "selec 1" },
            new { connection = "warehouse", sql = "select 1 from not_yet" },
            new { connection = "warehouse", sql = "select 1; select 2" },
            new { connection = "warehouse", sql = "with w as (insert into looked values (1) returning id) select id from w" },
            new { connection = "warehouse", sql = "select 2" });

        Assert.Equal(["1", OperatorErrors.SqlRefused, OperatorErrors.SqlFailed, OperatorErrors.Fields], found.Take(4));
        Assert.StartsWith("UPD407", found[4]);
        Assert.Equal("2", found[5]);
        Assert.Equal(0L, await _server.AskAsync("select count(*) from looked"));
    }

    [PostgresFact]
    public async Task Partition_InADatabase_HoldsOnceTheTableHasItsRows()
    {
        await _server.AskAsync("create schema lake; create table lake.orders (ds date, hour int, \"Region\" text); insert into lake.orders values ('2026-03-29', 3, 'eu')");
        object Of(string table, string partition) => new { connection = "warehouse", table, partition };

        var found = await _attempts.PokeManyAsync(
            new PartitionSensor(),
            Of("lake.orders", "ds=2026-03-29"), Of("lake.orders", "ds=2026-03-30"), Of("lake.orders", "ds=2026-03-29/hour=3"), Of("lake.orders", "ds=2026-03-29/hour=4"), Of("lake.orders", "\"Region\"=eu"),
            Of("lake.orders where true; --", "ds=2026-03-29"), Of("lake.orders", "1=1 or ds=2026-03-29"));
        var missing = await _attempts.PokeAsync("partition", Of("lake.missing", "ds={{ ds }}"));

        Assert.Equal([true, false, true, false, true], found.Take(5).Select(answer => answer is not null));
        Assert.Equal([OperatorErrors.Fields, OperatorErrors.Fields], found.Skip(5));
        Assert.Contains("42P01", missing.Error);
    }

    [PostgresFact]
    public async Task Partitions_ThatAQueryLists_AreToldFromOneAnswer()
    {
        await _server.AskAsync("create table landed (name text, part text); insert into landed values ('orders', 'ds=2026-01-01'), ('orders', '2026-01-02'), ('rates', 'ds=2026-01-03')");
        object Of(string table, string partition) => new { connection = "warehouse", table, partition, sql = "select part from landed where name = @table" };

        var found = await _attempts.PokeManyAsync(new PartitionSensor(), Of("orders", "ds=2026-01-01"), Of("orders", "ds=2026-01-02"), Of("orders", "ds=2026-01-03"), Of("rates", "ds=2026-01-03"), Of("none", "ds=2026-01-03"));

        Assert.Equal([true, true, false, true, false], found.Select(answer => answer is not null));
    }

    [PostgresFact]
    public async Task Waits_ThatSqlDeclares_LookAtItsOwnConnection()
    {
        var dag = Dags.DagYaml.Read("name: d\ntasks:\n  load:\n    sql: { connection: warehouse, sql: 'select * from current_ds_wait::declared' }").Dags[0].Dag;
        await _server.AskAsync("create table declared (ds date)");
        var early = await _attempts.PokeAsync("partition", dag.Tasks[0].With);
        await _server.AskAsync("insert into declared values ('2026-03-29')");

        var late = await _attempts.PokeAsync("partition", dag.Tasks[0].With);

        Assert.Equal((false, null, true), (early.Met, early.Error, late.Met));
        Assert.Empty(Dags.DagValidator.Validate(dag, [.. BuiltInOperators.Catalog.Manifests]));
    }
}
