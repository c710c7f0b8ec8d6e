using System.Collections.Immutable;

namespace Updraft.Orchestration.Tests;

public sealed class RunSearchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Simulator _simulator = new(1);
    private readonly SimulatedStore _store;
    private readonly RunIndex _index;
    private readonly RunSearch _search;

    public RunSearchTests()
    {
        _store = new(_simulator);
        _index = new(_store);
        _search = new(_store, new RunNotes(_store, TimeProvider.System));
    }

    private static RunIndexEntry Entry(int n, RunStatus status = RunStatus.Success, string dag = "d", long revision = 1, ImmutableSortedDictionary<string, string>? labels = null)
    {
        var request = new RunRequest
        {
            RunId = $"r{n}", Dag = dag, DagHash = "h", Conf = default, Params = default, LogicalDate = Start, DataIntervalStart = Start, DataIntervalEnd = Start, CreatedAt = Start.AddMinutes(n),
            Labels = labels ?? ImmutableSortedDictionary<string, string>.Empty,
        };
        return RunIndexEntry.Of(request, revision, RunSummary.Of(request, new RunBody { Status = status, EndedAt = Start.UtcDateTime }).ToJson());
    }

    private void Put(RunIndexEntry entry) => _simulator.Run(async () =>
    {
        await _index.PutAsync(entry);
        await _index.MoveAsync(entry, entry.ReadSummary().Status, []);
    });

    private RunsFound Find(RunFilter filter, string? after = null, int count = 100, Func<string?, bool>? maySee = null) => _simulator.Run(() => _search.FindAsync(filter, after, count, maySee));

    private string[] Ids(RunFilter filter) => [.. Find(filter).Runs.Select(run => run.Entry.RunId)];

    [Fact]
    public void Find_PointerOfAStateThatHasChanged_IsDropped()
    {
        Put(Entry(1, RunStatus.Failed));
        _simulator.Run(() => _index.UpdateAsync(Entry(1, RunStatus.Success, revision: 2)));

        Assert.Empty(Ids(new RunFilter { Statuses = [RunStatus.Failed] }));
        Assert.DoesNotContain(_store.Paths, path => path.StartsWith("index/states/failed/", StringComparison.Ordinal));
    }

    [Fact]
    public void Find_PointerWithoutARun_IsDropped()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b");
        Put(Entry(1, labels: labels));
        foreach (var path in _store.Paths.Where(path => path.StartsWith("index/runs/", StringComparison.Ordinal)).ToArray()) _simulator.Run(() => _store.DeleteAsync(path, null));

        Assert.Empty(Ids(new RunFilter { Labels = labels }));
        Assert.DoesNotContain(_store.Paths, path => path.StartsWith("index/labels/", StringComparison.Ordinal));
    }

    [Fact]
    public void Find_SeveralStates_MergesTheirListsByTime()
    {
        for (var n = 0; n < 6; n++) Put(Entry(n, n % 2 == 0 ? RunStatus.Failed : RunStatus.Cancelled));

        Assert.Equal(["r5", "r4", "r3", "r2", "r1", "r0"], Ids(new RunFilter { Statuses = [RunStatus.Failed, RunStatus.Cancelled] }));
    }

    [Fact]
    public void Find_ManyThatDoNotFit_SaysHowFarItCameAndGoesOn()
    {
        _simulator.Run(async () =>
        {
            foreach (var n in Enumerable.Range(0, RunSearch.MostRead + 100)) await _index.PutAsync(Entry(n));
        });
        var first = Find(new RunFilter { Text = "r7!" });
        var second = Find(new RunFilter { Text = "r77" }, first.Next);

        Assert.Empty(first.Runs);
        Assert.InRange(first.SearchedTo!.Value, Start, Start.AddMinutes(100));
        Assert.Equal(["r77"], second.Runs.Select(run => run.Entry.RunId));
        Assert.Equal((null, null), (second.Next, second.SearchedTo));
    }

    [Fact]
    public void Find_OfTeamsThatMayNotBeSeen_IsNotFound()
    {
        Put(Entry(1) with { Team = "red" });
        Put(Entry(2) with { Team = "blue" });
        Put(Entry(3));

        Assert.Equal(["r3", "r2"], Find(new RunFilter(), maySee: team => team is null or "blue").Runs.Select(run => run.Entry.RunId));
    }

    [Fact]
    public void Remove_AnyRun_LeavesNothingInAnyList()
    {
        Put(Entry(1, RunStatus.Failed, labels: ImmutableSortedDictionary<string, string>.Empty.Add("a", new string('é', 300))) with { BusinessKey = "k", Conf = ImmutableSortedDictionary<string, string>.Empty.Add("p", "n1") });
        Assert.All(_store.Paths, path => Assert.True(path.Length < 400));
        _simulator.Run(() => _index.RemoveAsync(Entry(1, labels: ImmutableSortedDictionary<string, string>.Empty.Add("a", new string('é', 300))) with { BusinessKey = "k", Conf = ImmutableSortedDictionary<string, string>.Empty.Add("p", "n1") }));

        Assert.Empty(_store.Paths);
    }
}
