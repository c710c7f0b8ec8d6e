using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

public sealed class DatasetClientTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedHost _host = new(kinds: new DagKind());
    private readonly DatasetClient _datasets;

    public DatasetClientTests() => _datasets = _host.Runtime.Datasets;

    private static RecordDatasets Made(int minute, int attempt = 1, params DatasetOutput[] outputs) => new("r", "t", "", attempt, [.. outputs], Start.AddMinutes(minute));

    private void Record(RecordDatasets made) => _host.Simulator.Run(() => _datasets.RecordAsync(made));

    private IReadOnlyList<DatasetEvent> Events(string dataset) => _host.Simulator.Run(() => _datasets.EventsAsync(dataset)).Events;

    private void Listen(string dataset, string dag) => _host.Simulator.Run(async () =>
    {
        await _host.Store.PutAsync(DatasetPaths.Listeners(dataset) + DocumentPath.Of(dag), dag, WriteCondition.None);
        await _host.Actors.StartAsync(new() { Id = DagPaths.ActorOf(dag), Request = JsonSerializer.SerializeToElement(new DagRequest(dag), OrchestrationJson.Options) });
    });

    /// <summary>Entries that were put into the inbox of a DAG's actor.</summary>
    private int Told(string dag) => _told.GetValueOrDefault(dag);

    private readonly Dictionary<string, int> _told = new(StringComparer.Ordinal);

    private void CountTold() => _host.Store.Before = what =>
    {
        foreach (var dag in new[] { "one", "two" })
            if (what.StartsWith("put " + ActorPaths.Inbox(DagPaths.ActorOf(dag)), StringComparison.Ordinal)) _told[dag] = Told(dag) + 1;
    };

    [Fact]
    public void Record_SameSuccessTwice_IsOneEvent_AndTellsOnce()
    {
        Listen("x", "one");
        Listen("x", "two");
        CountTold();

        Record(Made(1, 1, new DatasetOutput("x"), new DatasetOutput("x")));
        Record(Made(1, 1, new DatasetOutput("x")));

        var landed = Assert.Single(Events("x"));
        Assert.Equal(("r", "t", Start.AddMinutes(1)), (landed.RunId, landed.TaskId, landed.At));
        Assert.Equal((1, 1), (Told("one"), Told("two")));
    }

    [Fact]
    public void Record_AnotherTryOrPartition_IsAnotherEvent()
    {
        Record(Made(1, 1, new DatasetOutput("x", "mon"), new DatasetOutput("x", "tue")));
        Record(Made(2, 2, new DatasetOutput("x", "mon")));

        Assert.Equal(["mon", "mon", "tue"], Events("x").OrderByDescending(landed => landed.At).ThenBy(landed => landed.Partition).Select(landed => landed.Partition));
    }

    /// <summary>A record that is cut short anywhere is made good by its repetition, and every listener is told.</summary>
    [Fact]
    public void Record_CutShortAnywhere_IsMadeGood()
    {
        Listen("x", "one");
        Listen("x", "two");
        for (var fails = 0; fails < 40; fails++)
        {
            var left = fails;
            var id = $"r{fails}";
            _told.Clear();
            var record = new RecordDatasets(id, "t", "", 1, [new("x")], Start.AddMinutes(fails));
            _host.Store.Before = _ =>
            {
                if (left-- == 0) throw new IOException("the host died");
            };
            try
            {
                Record(record);
            }
            catch (IOException)
            {
                // Repeated below.
            }
            CountTold();
            Record(record);
            _host.Store.Before = null;

            Assert.Single(Events("x"), landed => landed.RunId == id);
            var body = _host.Simulator.Run(async () => (await _host.Store.GetAsync<DatasetEvent>(DatasetPaths.Event("x", DatasetEvent.IdOf("x", null, id, "t", "", "1"))))!.Value);
            Assert.True(body.Told);
            Assert.True(fails > 25 || (Told("one"), Told("two")) is (1, 1) or (0, 1) or (0, 0), $"{fails}: {Told("one")} {Told("two")}");
        }
    }

    [Fact]
    public void Latest_OfAPartition_IsTheNewest_InWhateverOrder()
    {
        Record(Made(5, 1, new DatasetOutput("x", "mon")));
        Record(Made(3, 2, new DatasetOutput("x", "mon")));
        Record(Made(4, 3, new DatasetOutput("x")));

        Assert.Equal(Start.AddMinutes(5), _host.Simulator.Run(() => _datasets.LatestAsync("x", "mon"))!.At);
        Assert.Equal(Start.AddMinutes(4), _host.Simulator.Run(() => _datasets.LatestAsync("x"))!.At);
        Assert.Null(_host.Simulator.Run(() => _datasets.LatestAsync("x", "tue")));
    }

    [Fact]
    public void Report_WithAnId_CountsOnce()
    {
        _host.Simulator.Run(async () =>
        {
            await _datasets.ReportAsync(new("x"), "load-7", "me");
            await Task.Delay(TimeSpan.FromMinutes(1), _host.Simulator.Time);
            await _datasets.ReportAsync(new("x"), "load-7", "me");
            await _datasets.ReportAsync(new("x"));
            await _datasets.ReportAsync(new("x"));
        });

        Assert.Equal(3, Events("x").Count);
        Assert.Equal("me", Events("x")[^1].By);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" x", null)]
    [InlineData("x\n", null)]
    [InlineData("x", "")]
    public void Report_BadNames_AreRefused(string dataset, string? partition)
    {
        var refused = Assert.Throws<UpdraftException>(() => _host.Simulator.Run(() => _datasets.ReportAsync(new(dataset, partition))));

        Assert.Equal(DatasetErrors.NameRefused, refused.Code);
    }

    [Fact]
    public void Names_AreThoseOfAllDatasets_EachOnce()
    {
        Record(Made(1, 1, new DatasetOutput("b/c"), new DatasetOutput("b"), new DatasetOutput("a", "p"), new DatasetOutput("a", "q"), new DatasetOutput("b.d")));

        var names = _host.Simulator.Run(async () =>
        {
            var found = new List<string>();
            await foreach (var name in _datasets.NamesAsync()) found.Add(name);
            return found;
        });

        Assert.Equal(["a", "b", "b.d", "b/c"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Events_InPages_EachOnce()
    {
        for (var minute = 0; minute < 5; minute++) Record(Made(minute, minute + 1, new DatasetOutput("x")));

        var first = _host.Simulator.Run(() => _datasets.EventsAsync("x", count: 3));
        var second = _host.Simulator.Run(() => _datasets.EventsAsync("x", first.Next, 3));

        Assert.Equal([4, 3, 2, 1, 0], first.Events.Concat(second.Events).Select(landed => (landed.At - Start).TotalMinutes));
        Assert.Null(second.Next);
    }
}
