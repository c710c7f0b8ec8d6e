using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration.Tests;

public sealed class RunCounterTests
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, DateTimeKind.Utc);

    private readonly Simulator _simulator = new(1);
    private readonly SimulatedStore _store;
    private readonly RunIndex _index;
    private RunCounter _counter;

    public RunCounterTests()
    {
        _store = new(_simulator);
        _index = new(_store);
        _counter = new(_store);
    }

    private static RunIndexEntry Entry(string runId, long revision) => new(runId, "d", new(Noon), revision, JsonSerializer.SerializeToElement(new { })) { Complete = true };

    private static RunEnd End(RunStatus status, DateTime? at = null, RunFigures? before = null) => RunEnd.Of("r", new RunBody
    {
        Status = status,
        StartedAt = (at ?? Noon).AddMinutes(-1),
        Counts = ImmutableSortedDictionary<string, int>.Empty.Add(status is RunStatus.Success ? "success" : "failed", 1),
    }, at ?? Noon, [new InstanceDocument { Task = "t", Shown = true, StartedAt = (at ?? Noon).AddSeconds(-30), EndedAt = at ?? Noon, ScheduledAt = (at ?? Noon).AddSeconds(-31) }], before?.EndedAt);

    private async Task CountAsync(RunIndexEntry entry, RunEnd end, RunFigures? before = null)
    {
        await _counter.CountAsync(entry, end, before, default);
        await _index.UpdateAsync(entry with { Counted = end.Figures });
    }

    private DayFigures Day(DateTime? at = null) => _simulator.Run(() => new StatisticsReader(_store).GetAsync(DateOnly.FromDateTime(at ?? Noon), "d"))!;

    [Fact]
    public void Count_SameEndAgain_CountsOnce()
    {
        _simulator.Run(() => _counter.CountAsync(Entry("r", 3), End(RunStatus.Success), null, default));
        _counter = new(_store);
        _simulator.Run(() => CountAsync(Entry("r", 3), End(RunStatus.Success)));

        Assert.Equal((1L, 1L, 1L), (Day().Success, Day().Durations.Total, Day().Lag.Total));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30)), (Day().Took, Assert.Single(Day().Slowest).Took));
    }

    [Fact]
    public void Count_AnotherEndOnTheSameDay_ReplacesTheFirst()
    {
        var first = End(RunStatus.Failed);
        _simulator.Run(() => CountAsync(Entry("r", 3), first));
        _simulator.Run(() => CountAsync(Entry("r", 6), End(RunStatus.Success, Noon.AddHours(1), first.Figures), first.Figures));

        Assert.Equal((1L, 0L, 1L, 0L), (Day().Success, Day().Failed, Day().Tasks["success"], Day().Tasks["failed"]));
        Assert.Equal(1, Day().Durations.Total);
    }

    [Fact]
    public void Count_AnotherEndOnALaterDay_MovesIt()
    {
        var first = End(RunStatus.Failed);
        _simulator.Run(() => CountAsync(Entry("r", 3), first));
        var end = End(RunStatus.Success, Noon.AddDays(2), first.Figures);
        _simulator.Run(() => _counter.CountAsync(Entry("r", 6), end, first.Figures, default));
        _simulator.Run(() => CountAsync(Entry("r", 6), end, first.Figures));

        Assert.Equal((0L, 0L), (Day().Failed, Day().Durations.Total));
        Assert.Equal((1L, 1L), (Day(Noon.AddDays(2)).Success, Day(Noon.AddDays(2)).Durations.Total));
    }

    [Fact]
    public void Count_ManyAtOnce_CountsAllAndForgetsWhatIsListed()
    {
        _simulator.Run(() => Task.WhenAll(Enumerable.Range(0, 500).Select(n => CountAsync(Entry($"r{n}", 3), End(RunStatus.Success)))));
        _simulator.Run(() => CountAsync(Entry("last", 3), End(RunStatus.Success)));

        Assert.Equal(501, Day().Success);
        Assert.InRange(Day().Recent.Length, 1, 70);
        Assert.Equal(DayFigures.MostSlow, Day().Slowest.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Count_WhereCallsFail_CountsEachOnce(int seed)
    {
        var simulator = new Simulator(seed);
        var store = new SimulatedStore(simulator) { Faults = 0.2 };
        simulator.Run(() => Task.WhenAll(Enumerable.Range(0, 60).Select(async n =>
        {
            var counter = new RunCounter(store);
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await counter.CountAsync(Entry($"r{n}", 3), End(RunStatus.Success), null, default);
                    await new RunIndex(store).UpdateAsync(Entry($"r{n}", 3));
                    return;
                }
                catch (Exception) when (tries < 100)
                {
                    // As the engine does: again, until it is done.
                }
            }
        })));
        store.Faults = 0;

        Assert.Equal(60, simulator.Run(() => new StatisticsReader(store).GetAsync(DateOnly.FromDateTime(Noon), "d"))!.Success);
    }
}
