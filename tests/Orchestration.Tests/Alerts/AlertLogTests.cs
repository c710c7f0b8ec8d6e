namespace Updraft.Orchestration.Tests;

public sealed class AlertLogTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Simulator _simulator = new(1);
    private readonly SimulatedStore _store;
    private readonly AlertLog _alerts;

    public AlertLogTests() => _alerts = new(_store = new(_simulator));

    private static Alert Of(int n, string? dag = "a") =>
        new() { Id = Alert.IdOf(AlertKinds.LateRun, $"run-{n}"), Kind = AlertKinds.LateRun, Dag = dag, RunId = $"run-{n}", Message = "late", At = Start.AddMinutes(n) };

    private bool[] Raise(params Alert[] alerts) => _simulator.Run(async () =>
    {
        var isNew = new List<bool>();
        foreach (var alert in alerts) isNew.Add(await _alerts.RaiseAsync(alert));
        return isNew.ToArray();
    });

    private AlertListing List(string? dag = null, string? after = null, int count = 100) => _simulator.Run(() => _alerts.ListAsync(dag, after, count));

    private string[] Runs(string? dag = null) => [.. List(dag).Alerts.Select(alert => alert.RunId!)];

    [Fact]
    public void Raise_SameCauseLater_IsOneAlertAtTheFirstTime()
    {
        Assert.Equal([true, false], Raise(Of(1), Of(1) with { At = Start.AddHours(1) }));

        Assert.Equal(Start.AddMinutes(1), Assert.Single(List().Alerts).At);
    }

    [Fact]
    public void IdOf_OtherCauseOrKind_Differs() =>
        Assert.Equal(3, new[] { Alert.IdOf("a", "b", "c"), Alert.IdOf("a", "b\nc"), Alert.IdOf("b", "b", "c") }.Distinct().Count());

    [Fact]
    public void List_OfAllAndOfADag_NewestFirst()
    {
        Raise(Of(1), Of(3), Of(2, "b"), Of(4, dag: null));

        Assert.Equal(["run-4", "run-3", "run-2", "run-1"], Runs());
        Assert.Equal(["run-3", "run-1"], Runs("a"));
    }

    [Fact]
    public void List_InPages_EachOnce()
    {
        Raise([.. Enumerable.Range(0, 5).Select(n => Of(n))]);
        var first = List(count: 3);
        var second = List(after: first.Next, count: 3);

        Assert.Equal(["run-4", "run-3", "run-2", "run-1", "run-0"], first.Alerts.Concat(second.Alerts).Select(alert => alert.RunId));
        Assert.Null(second.Next);
    }

    [Fact]
    public void List_LongAlert_IsReadInFull()
    {
        Raise(Of(1) with { Message = new('x', 5_000) });

        Assert.Equal(5_000, Assert.Single(List().Alerts).Message.Length);
    }

    [Fact]
    public void Clear_Once_IsListedWithItsTimeAndRaisedNoMore()
    {
        Raise(Of(1));
        bool Clear(int minute) => _simulator.Run(() => _alerts.ClearAsync(Of(1).Id, Start.AddMinutes(minute)));

        Assert.True(Clear(5));
        Assert.False(Clear(6));
        Assert.Equal([false], Raise(Of(1)));
        Assert.Equal(Start.AddMinutes(5), Assert.Single(List("a").Alerts).ClearedAt);
        Assert.False(_simulator.Run(() => _alerts.ClearAsync("none", Start)));
    }

    [Fact]
    public void Remove_BeforeATime_LeavesTheNewer()
    {
        Raise(Of(1), Of(2, "b"), Of(3), Of(4));

        Assert.Equal(2, _simulator.Run(() => _alerts.RemoveAsync(Start.AddMinutes(3))));
        Assert.Equal(["run-4", "run-3"], Runs());
        Assert.Equal(6, _store.Paths.Count());
    }

    [Fact]
    public void RaiseAndRemove_CrashAtEveryWrite_AreMadeGoodByTheNext()
    {
        for (var k = 0; k < 8; k++)
        {
            var writes = 0;
            _store.After = what => _ = !what.StartsWith("get", StringComparison.Ordinal) && !what.StartsWith("list", StringComparison.Ordinal) && writes++ == k ? throw new IOException("crash") : 0;
            Try(() => Raise(Of(1)));
            Try(() => Raise(Of(1)));
            Assert.Equal("run-1", Assert.Single(Runs("a")));
            Assert.Equal("run-1", Assert.Single(Runs()));
            Try(() => _simulator.Run(() => _alerts.RemoveAsync(Start.AddHours(1))));
            Try(() => _simulator.Run(() => _alerts.RemoveAsync(Start.AddHours(1))));
            Assert.Empty(_store.Paths);
        }

        static void Try(Action action)
        {
            try
            {
                action();
            }
            catch (IOException)
            {
                // The crash.
            }
        }
    }
}
