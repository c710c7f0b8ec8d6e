using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// Tells all who listen what becomes of runs. While nobody listens nothing is done. Each change is read once, however many listen; and each listener has so much
/// room: one that is too slow is cut, and told to begin anew.
/// </summary>
internal sealed class FleetHub(RunServices services)
{
    /// <summary>Most changes that wait for a listener.</summary>
    public const int Room = 1_000;

    private const int MostKnown = 100_000;

    private readonly Lock _lock = new();
    private readonly List<Channel<FleetEvent>> _listeners = [];
    private readonly ConcurrentDictionary<string, RunStatus> _known = new(StringComparer.Ordinal);

    /// <summary>Listens until disposed.</summary>
    public FleetListener Listen()
    {
        var channel = Channel.CreateBounded<FleetEvent>(new BoundedChannelOptions(Room) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        lock (_lock)
        {
            if (_listeners.Count == 0)
            {
                services.Notices.Noticed += Noticed;
                services.Alerts.Raised += Raised;
            }
            _listeners.Add(channel);
        }
        return new FleetListener(channel.Reader, () => Leave(channel));
    }

    /// <summary>Tells of a run as it is, if that is news.</summary>
    public void Tell(string runId, RunStatus status, FleetRun? run)
    {
        if (_known.TryGetValue(runId, out var before) && before == status) return;
        if (_known.Count >= MostKnown) _known.Clear();
        _known[runId] = status;
        Send(new FleetEvent(runId, run, null));
    }

    private void Noticed(string runId, ActorHead head)
    {
        if (head.Body.TryGetProperty("status", out var status)) Tell(runId, status.Deserialize<RunStatus>(OrchestrationJson.Options), null);
        if (head.Final) _known.TryRemove(runId, out _);
    }

    private void Raised(Alert alert) => Send(new FleetEvent(null, null, alert));

    private void Send(FleetEvent news)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners.Where(listener => !listener.Writer.TryWrite(news)).ToArray())
            {
                listener.Writer.TryComplete();
                Leave(listener);
            }
        }
    }

    private void Leave(Channel<FleetEvent> listener)
    {
        lock (_lock)
        {
            if (!_listeners.Remove(listener) || _listeners.Count > 0) return;
            services.Notices.Noticed -= Noticed;
            services.Alerts.Raised -= Raised;
            _known.Clear();
        }
    }
}

/// <summary>Something that happened: to a run, of which more may have to be read, or an alert.</summary>
internal sealed record FleetEvent(string? RunId, FleetRun? Run, Alert? Alert);

/// <summary>What one listener hears. The end of it means that it was too slow.</summary>
internal sealed class FleetListener(ChannelReader<FleetEvent> events, Action leave) : IDisposable
{
    public ChannelReader<FleetEvent> Events => events;

    public void Dispose() => leave();
}

/// <summary>A run that has started, changed its state or ended.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="Team">Its team; null for none.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it is in it; null when there is nothing to say.</param>
/// <param name="CreatedAt">When it was acknowledged.</param>
/// <param name="StartedAt">When it got its slot; null while it is queued.</param>
/// <param name="EndedAt">When it ended; null while it is under way.</param>
public sealed record FleetRun(string RunId, string Dag, string? Team, RunStatus State, string? Reason, DateTimeOffset CreatedAt, DateTime? StartedAt, DateTime? EndedAt)
{
    internal static FleetRun Of(RunView run) => new(run.Request.RunId, run.Request.Dag, run.Request.Team, run.Body.Status, run.Body.Reason, run.Request.CreatedAt, run.Body.StartedAt, run.Body.EndedAt);

    internal static FleetRun Of(FoundRun run) => new(run.Entry.RunId, run.Entry.Dag, run.Entry.Team, run.Summary.Status, run.Summary.Reason, run.Entry.CreatedAt, run.Summary.StartedAt, run.Summary.EndedAt);
}
