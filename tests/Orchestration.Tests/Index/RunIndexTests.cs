using System.Text.Json;

namespace Updraft.Orchestration.Tests;

public sealed class RunIndexTests
{
    private readonly Simulator _simulator = new(1);
    private readonly RunIndex _index;

    public RunIndexTests() => _index = new(new SimulatedStore(_simulator));

    private static RunIndexEntry Entry(int n, string dag = "a", long revision = 1, string text = "") =>
        new($"run-{n}", dag, new(2026, 1, 1, 0, n, 0, TimeSpan.Zero), revision, JsonSerializer.SerializeToElement(new { text }));

    private void Put(params RunIndexEntry[] entries) => _simulator.Run(async () =>
    {
        foreach (var entry in entries) await _index.PutAsync(entry);
    });

    private RunListing List(string? dag = null, string? after = null, int count = 100) => _simulator.Run(() => _index.ListAsync(dag, after, count));

    [Fact]
    public void List_All_NewestFirst()
    {
        Put(Entry(1), Entry(3), Entry(2, "b"));

        Assert.Equal(["run-3", "run-2", "run-1"], List().Entries.Select(entry => entry.RunId));
    }

    [Fact]
    public void List_OfADag_OnlyItsRuns()
    {
        Put(Entry(1, "a"), Entry(2, "a.b"), Entry(3, "aa"));

        Assert.Equal(["run-1"], List("a").Entries.Select(entry => entry.RunId));
    }

    [Fact]
    public void ListByKey_OfAllDags_OnlyTheKeysRuns()
    {
        Put(Entry(1, "a") with { BusinessKey = "k/1" }, Entry(2, "b") with { BusinessKey = "k/1" }, Entry(3, "a") with { BusinessKey = "k" }, Entry(4, "a"));
        Assert.Equal(["run-2", "run-1"], _simulator.Run(() => _index.ListByKeyAsync("k/1", null, 10)).Entries.Select(entry => entry.RunId));
        _simulator.Run(() => _index.RemoveAsync(Entry(2, "b") with { BusinessKey = "k/1" }));
        Assert.Equal(["run-1"], _simulator.Run(() => _index.ListByKeyAsync("k/1", null, 10)).Entries.Select(entry => entry.RunId));
    }

    [Fact]
    public void List_InPages_EachRunOnce()
    {
        Put([.. Enumerable.Range(0, 7).Select(n => Entry(n))]);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = List(after: after, count: 3);
            seen.AddRange(page.Entries.Select(entry => entry.RunId));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(n => $"run-{n}"), seen);
    }

    [Fact]
    public void Put_LowerRevision_DoesNotReplaceAHigher()
    {
        Put(Entry(1, revision: 1), Entry(1, revision: 3), Entry(1, revision: 2));

        Assert.Equal(3, Assert.Single(List().Entries).Revision);
    }

    [Fact]
    public void Put_LargeSummary_IsListedToo()
    {
        Put(Entry(1, text: new string('x', 5_000)));

        Assert.Equal(5_000, Assert.Single(List().Entries).Summary.GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public void Remove_TakesTheRunFromAllLists()
    {
        Put(Entry(1));
        _simulator.Run(() => _index.RemoveAsync(Entry(1)));

        Assert.Empty(List().Entries);
        Assert.Empty(List("a").Entries);
    }

    [Fact]
    public void List_CountOutOfRange_IsRefused() =>
        _simulator.Run(() => Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _index.ListAsync(null, null, RunIndex.MaxPage + 1)));

    [Fact]
    public void Prune_RunThatWasNotedMeanwhile_KeepsTheNote()
    {
        Put(Entry(1));
        _simulator.Run(() => _index.NoteAsync(Entry(1), default));

        _simulator.Run(() => _index.PruneAsync(Entry(1), logs: true, outputs: false));

        Assert.Equal((true, true, null), (List().Entries[0].Noted, List().Entries[0].LogsPurged, List().Entries[0].OutputsPurged));
    }

    [Fact]
    public void Prune_RunThatHasGoneOn_ChangesNothing()
    {
        Put(Entry(1, revision: 2));

        _simulator.Run(() => _index.PruneAsync(Entry(1, revision: 1), logs: true, outputs: true));

        Assert.Null(List().Entries[0].LogsPurged);
    }
}
