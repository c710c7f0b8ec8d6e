namespace Updraft.Dags.Tests;

public sealed class DsWaitTests
{
    [Fact]
    public void Marks_InSql_BecomeOneWaitPerPartitionUpstreamOfEachTask()
    {
        var dag = Read("""
            name: sales
            tasks:
              prices: { shell: { script: "true" } }
              load:
                after: prices
                sql:
                  connection: warehouse
                  sql: insert into daily select * from current_ds_wait::lake.orders join ds_wait::rates@{{ ds | subtract('1d') }} using (currency);
              report:
                sql: { connection: warehouse, sql: "select count(*) from current_ds_wait::lake.orders" }
            """);

        Assert.Equal(["wait_lake_orders_ds", "wait_rates_ds_subtract_1d"], dag.Tasks.Take(2).Select(task => task.Id.Length > 25 ? task.Id[..^7] : task.Id));
        Assert.Equal("""{"connection":"warehouse","partition":"ds={{ ds }}","table":"lake.orders"}""", dag.Tasks[0].With.GetRawText());
        Assert.Equal("""{"connection":"warehouse","partition":"ds={{ ds | subtract('1d') }}","table":"rates"}""", dag.Tasks[1].With.GetRawText());
        Assert.All(dag.Tasks.Take(2), wait => Assert.Equal("partition", wait.Operator));
        Assert.Equal(["prices", dag.Tasks[0].Id, dag.Tasks[1].Id], After(dag, "load"));
        Assert.Equal([dag.Tasks[0].Id], After(dag, "report"));
        Assert.Equal("insert into daily select * from lake.orders join rates using (currency);", Find(dag, "load").With.GetProperty("sql").GetString());
    }

    [Fact]
    public void Waits_OfATask_SayWherePartitionsAre()
    {
        var dag = Read("""
            name: sales
            defaults:
              sql: { connection: warehouse, waits: { connection: lake, container: raw, marker: _SUCCESS, deadline: 6h } }
            tasks:
              load: { sql: { sql: "select * from current_ds_wait::orders" } }
              local: { sql: { sql: "select * from current_ds_wait::orders", waits: { connection: null, container: null, path: /lake } } }
            """);

        Assert.Equal("""{"connection":"lake","container":"raw","deadline":"6h","marker":"_SUCCESS","partition":"ds={{ ds }}","table":"orders"}""", dag.Tasks[0].With.GetRawText());
        Assert.Equal("""{"connection":"warehouse","sql":"select * from orders"}""", Find(dag, "load").With.GetRawText());
        Assert.Equal("wait_orders_ds", dag.Tasks[0].Id);
        Assert.StartsWith("wait_orders_ds_", dag.Tasks[1].Id);
        Assert.Equal([dag.Tasks[1].Id], After(dag, "local"));
    }

    [Theory]
    [InlineData("select 'current_ds_wait::orders'")]
    [InlineData("select 'it''s current_ds_wait::orders'")]
    [InlineData(@"select E'it\'s current_ds_wait::orders'")]
    [InlineData("select \"current_ds_wait::orders\" from t")]
    [InlineData("select 1 -- from current_ds_wait::orders")]
    [InlineData("select /* from /* ds_wait::a@b */ current_ds_wait::orders */ 1")]
    [InlineData("do $x$ begin perform current_ds_wait::orders; end $x$")]
    [InlineData("do $$ current_ds_wait::orders $$")]
    [InlineData("select my_current_ds_wait::orders, current_ds_wait, ds_wait : : orders")]
    public void Marks_ThatAreNoSql_StayAsTheyAre(string sql)
    {
        var dag = Of(sql);

        Assert.Equal(sql, Assert.Single(dag.Tasks).With.GetProperty("sql").GetString());
    }

    [Theory]
    [InlineData("from current_ds_wait::a join CURRENT_DS_WAIT::b", "from a join b", "ds={{ ds }}", "ds={{ ds }}")]
    [InlineData("from (select 1 from ds_wait::a@2026-01-01)", "from (select 1 from a)", "ds=2026-01-01")]
    [InlineData("from ds_wait::a@ds={{ ds }}/hour=03, b", "from a, b", "ds={{ ds }}/hour=03")]
    [InlineData("from ds_wait::\"Big Table\"@{{ logical_date | date('yyyy-MM-dd') }};", "from \"Big Table\";", "ds={{ logical_date | date('yyyy-MM-dd') }}")]
    [InlineData("from 'x' || $1::text, current_ds_wait::a.b.c -- current_ds_wait::d", "from 'x' || $1::text, a.b.c -- current_ds_wait::d", "ds={{ ds }}")]
    public void Marks_InSql_LeaveTheTable(string sql, string stripped, params string[] partitions)
    {
        var dag = Of(sql);

        Assert.Equal(stripped, Find(dag, "load").With.GetProperty("sql").GetString());
        Assert.Equal(partitions, dag.Tasks.Where(task => task.Operator == "partition").Select(task => task.With.GetProperty("partition").GetString()));
    }

    [Theory]
    [InlineData("from ds_wait::orders", "names no partition")]
    [InlineData("from ds_wait::orders@", "names no partition")]
    [InlineData("from current_ds_wait::", "followed by no table")]
    [InlineData("from current_ds_wait::orders@2026-01-01", "waits for the run's own date")]
    [InlineData("from ds_wait::orders@{{ item }}", "may read only what is the same for the whole run")]
    [InlineData("from ds_wait::orders@{{ tasks.x.output }}", "may read only what is the same for the whole run")]
    [InlineData("from ds_wait::orders@{{ ds | nothing }}", "cannot be read")]
    public void Marks_ThatMeanNothing_AreProblemsWithALine(string sql, string says)
    {
        var read = DagYaml.Read($"name: d\ntasks:\n  load:\n    sql:\n      connection: w\n      sql: \"{sql}\"");
        var built = Assert.Throws<UpdraftException>(() => Builder(sql).Build());

        var problem = Assert.Single(read.Problems);
        Assert.Equal((DagErrors.BadWaitMark, DagErrors.BadWaitMark, 6), (problem.Code, built.Code, problem.Place.Line));
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from current_ds_wait::a", true)]
    [InlineData("from ds_wait::a", true)]
    [InlineData("from a -- current_ds_wait::a", false)]
    public void DeclaresWaits_OfAScript_TellsOfMarks(string sql, bool declares) => Assert.Equal(declares, SqlStatements.DeclaresWaits(sql));

    [Fact]
    public void Grown_ADag_IsTheSameFromYamlFromCSharpAndFromItsJson()
    {
        const string Sql = "select * from current_ds_wait::orders";
        var yaml = Of(Sql);

        var json = DagJson.Serialize(yaml);

        Assert.Equal(json, DagJson.Serialize(Builder(Sql).Build()));
        Assert.Equal(json, DagJson.Serialize(DagJson.Parse(json)));
    }

    [Fact]
    public void Ids_OfWaits_StayWhenOthersCome()
    {
        const string Late = "from ds_wait::orders@{{ ds | subtract('2d') }}";
        var alone = Of(Late);

        var among = Of("from current_ds_wait::orders, ds_wait::orders@{{ ds | subtract('1d') }}, " + Late[5..]);

        Assert.Equal(alone.Tasks[0].Id, among.Tasks[2].Id);
        Assert.Equal(4, among.Tasks.Select(task => task.Id).Distinct().Count());
        Assert.Empty(DagValidator.Validate(among));
    }

    [Fact]
    public void Wait_WhoseNameATaskHas_GetsAnother()
    {
        var dag = Read("""
            name: d
            tasks:
              wait_orders_ds: { shell: { script: "true" } }
              group:
                tasks:
                  load: { sql: { connection: w, sql: "from current_ds_wait::orders" } }
            """);

        Assert.StartsWith("wait_orders_ds_", Assert.Single(After(dag, "group.load")));
        Assert.Empty(DagValidator.Validate(dag));
    }

    private static DagSpec Of(string sql) => Read($"name: d\ntasks:\n  load:\n    sql:\n      connection: w\n      sql: |-\n        {sql}");

    private static DagBuilder Builder(string sql)
    {
        var dag = new DagBuilder("d");
        dag.Task("load", "sql", new { connection = "w", sql });
        return dag;
    }

    private static DagSpec Read(string yaml)
    {
        var read = DagYaml.Read(yaml);
        Assert.Empty(read.Problems);
        return read.Dags[0].Dag;
    }

    private static string[] After(DagSpec dag, string id) => [.. Find(dag, id).After];

    private static TaskSpec Find(DagSpec dag, string id) => dag.Tasks.Single(task => task.Id == id);
}
