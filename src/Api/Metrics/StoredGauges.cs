using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Api;

/// <summary>Gauges of what stands in documents. They are read when somebody asks, and not more often than every few seconds.</summary>
internal sealed class StoredGauges : IDisposable
{
    /// <summary>How old figures may be.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    private readonly RunServices _services;
    private readonly IApiHost _host;
    private readonly TimeProvider _clock;
    private readonly ILogger<StoredGauges> _logger;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Meter _meter;
    private StoredFigures? _figures;
    private DateTimeOffset? _readAt;

    public StoredGauges(RunServices services, IApiHost host, ApiOptions options, ILogger<StoredGauges> logger)
    {
        (_services, _host, _clock, _logger) = (services, host, options.Clock, logger);
        _meter = new Meter(new MeterOptions("Updraft.Stored") { Scope = host });
        Gauge("updraft.storage.up", "", "Whether documents can be read and written: 1 or 0.", () => [new(_host.Failure is null && _figures is not null ? 1 : 0)]);
        Gauge("updraft.runs.open", "{run}", "Runs that have not ended, by state; ending are those that have, but for what follows.", () => Of(figures => figures.RunsOpen.Select(state => Measure(state.Value, "state", state.Key))));
        Gauge("updraft.queue.messages", "{message}", "Messages that wait, or are with a receiver.", () => Of(figures => [new(figures.Messages)]));
        Gauge("updraft.queue.age", "s", "Age of the oldest message that waits; 0 for none.", () => Of(figures => [new(AgeOf(figures.OldestMessage))]));
        Gauge("updraft.queue.dead", "{message}", "Messages that were put aside.", () => Of(figures => [new(figures.DeadLetters)]));
        Gauge("updraft.pool.slots", "{slot}", "Slots of a pool.", () => Of(figures => figures.Pools.Select(pool => Measure(pool.Slots, "pool", pool.Name))));
        Gauge("updraft.pool.used", "{slot}", "Slots of a pool that are taken.", () => Of(figures => figures.Pools.Select(pool => Measure(pool.Taken, "pool", pool.Name))));
        Gauge("updraft.pool.waiting", "{task}", "Who waits in line for slots of a pool.", () => Of(figures => figures.Pools.Select(pool => Measure(pool.Waiters, "pool", pool.Name))));
        Gauge("updraft.heartbeat.age", "s", "Time since the heartbeat of a lane, which beats once a minute.", () => Of(figures => figures.Beats.Select(each => Measure(AgeOf(each.Beat.At), "lane", each.Lane))));
        Gauge("updraft.watchdog.age", "s", "Time since the last pass of the watchdog, which makes one a minute.", () => Of(figures => figures.Watched is { } at ? [new(AgeOf(at))] : []));
        Gauge("updraft.retention.age", "s", "Time since the last pass of retention, which makes one an hour.", () => Of(figures => figures.Retained is { } at ? [new(AgeOf(at))] : []));
    }

    /// <summary>Reads the figures unless that was done just now. What cannot be read is not shown.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_readAt is { } last && _figures is not null && _clock.GetUtcNow() - last < Age) return;
            _figures = await StoredFigures.ReadAsync(_services, cancellation);
            _readAt = _clock.GetUtcNow();
        }
        catch (UpdraftException e)
        {
            // Who asks how the server is must hear that its storage is away, not a failure.
            _figures = null;
            Logs.FiguresNotRead(_logger, e);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _reading.Dispose();
    }

    private void Gauge(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> measure) => _meter.CreateObservableGauge(name, measure, unit, description);

    private IEnumerable<Measurement<double>> Of(Func<StoredFigures, IEnumerable<Measurement<double>>> measure) => _figures is { } figures ? measure(figures) : [];

    private static Measurement<double> Measure(double value, string label, string name) => new(value, new KeyValuePair<string, object?>(label, name));

    private double AgeOf(DateTimeOffset? at) => at is { } then ? Math.Max(0, (_clock.GetUtcNow() - then).TotalSeconds) : 0;
}
