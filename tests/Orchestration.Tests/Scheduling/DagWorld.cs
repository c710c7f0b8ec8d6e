using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// A DAG's machine with all that is around it: the catalogue, the documents, the inbox, the runs. It may die at any moment, and then goes on
/// from what is stored.
/// </summary>
internal sealed class DagWorld
{
    public const string Dag = "d";

    private readonly List<Told> _inbox = [];
    private readonly HashSet<string> _taken = [];
    private readonly HashSet<string> _storedTaken = [];
    private readonly SortedDictionary<int, JsonElement> _pages = [];
    private readonly Queue<Message> _arrived = new();
    private readonly List<CallEffect> _afterPublish = [];
    private DagMachine? _machine;
    private ActorHead? _head;
    private DateTime? _timer;
    private long _sequence;
    private DagChanged _entry = new() { Sequence = 0, PublishedAt = Start, ChangedAt = Start };

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Runs that were made, in order, each once.</summary>
    public List<PendingRun> Runs { get; } = [];

    /// <summary>Runs in the order of their making, as seconds after the start.</summary>
    public IEnumerable<double> Ticks => Runs.Select(run => (run.LogicalDate - Start).TotalSeconds);

    public List<PauseDag> Pauses { get; } = [];

    /// <summary>What becomes of a run; made by default.</summary>
    public Func<TriggerPending, TriggeredPending>? OnTrigger { get; set; }

    /// <summary>Whether it dies now; asked at every point where it can.</summary>
    public Func<bool> Dies { get; set; } = () => false;

    public bool IsUp => _machine is not null;

    public bool IsFinal => _machine!.IsFinal;

    public int Timers { get; private set; }

    /// <summary>The document as the machine would store it now.</summary>
    public DagBody Body => _head!.Body.Deserialize<DagBody>(OrchestrationJson.Options)!;

    // ---- The catalogue

    public void Publish(ScheduleSpec? schedule, int? pauseAfter = null) =>
        Enter(_entry with { Hash = "h" + _sequence, Schedule = schedule, PauseAfterFailures = pauseAfter, PublishedAt = Now });

    public void Pause(bool paused = true, bool told = true) => Enter(_entry with { Paused = paused }, told);

    public void Remove() => Enter(_entry with { Hash = null, Schedule = null, PublishedAt = Now });

    private void Enter(DagChanged entry, bool told = true)
    {
        _entry = entry with { Sequence = ++_sequence, ChangedAt = Now };
        if (told) Tell($"changed-{_sequence:D9}", DagChanged.Kind, _entry);
    }

    /// <summary>Tells of the entry as it is, as the watchdog does.</summary>
    public void TellEntry() => Tell($"changed-{_sequence:D9}", DagChanged.Kind, _entry);

    // ---- What else is told

    public void Land(string id, string dataset, string? partition = null) => Tell("landed-" + id, DatasetLanded.Kind, new DatasetLanded(id, dataset, partition, null, null, Now));

    public void LandAgain(string entry, string id, string dataset, string? partition = null) => Tell(entry, DatasetLanded.Kind, new DatasetLanded(id, dataset, partition, null, null, Now));

    public void End(string runId, RunStatus status, int opened = 0) => Tell($"ended-{runId}-{opened}", RunEnded.Kind, new RunEnded(runId, opened, status, Now));

    private void Tell(string id, string kind, object body)
    {
        if (_taken.Contains(id) || _inbox.Any(entry => entry.Id == id)) return;
        _inbox.Add(new(id, kind, JsonSerializer.SerializeToElement(body, OrchestrationJson.Options)));
        Work();
    }

    // ---- Time and crashes

    public void Up()
    {
        _machine = new(Dag, _head, [.. Enumerable.Range(0, _pages.Count == 0 ? 0 : _pages.Keys.Max() + 1).Select(number => _pages.TryGetValue(number, out var page) ? page : JsonSerializer.SerializeToElement<object?>(null))]);
        _taken.Clear();
        _taken.UnionWith(_storedTaken);
        _inbox.RemoveAll(entry => _taken.Contains(entry.Id));
        _arrived.Clear();
        _afterPublish.Clear();
        _timer = null;
        _arrived.Enqueue(new Started());
        Work();
    }

    public void Down() => _machine = null;

    public void Crash()
    {
        Down();
        Up();
    }

    /// <summary>Lets time pass; timers fire on the way.</summary>
    public void To(double seconds)
    {
        var end = Start.AddSeconds(seconds);
        while (IsUp && _timer is { } at && at <= end.UtcDateTime)
        {
            Now = at > Now.UtcDateTime ? new(at) : Now;
            _timer = null;
            Timers++;
            _arrived.Enqueue(new Fired("wake"));
            Work();
        }
        Now = end;
    }

    /// <summary>The clock goes wrong: timers do not see it.</summary>
    public void SetClock(double seconds) => Now = Start.AddSeconds(seconds);

    private void Work()
    {
        try
        {
            while (IsUp && (Next() is { } message))
            {
                var effects = new Effects();
                _machine!.Handle(message, Now.UtcDateTime, effects);
                foreach (var effect in effects.List) CarryOut(effect);
                if (message is Started) while (_inbox.FirstOrDefault(entry => !_taken.Contains(entry.Id)) is { } entry) Feed(entry);
                Die();
                Store();
            }
        }
        catch (Died)
        {
            Crash();
        }
    }

    private Message? Next()
    {
        if (_arrived.TryDequeue(out var message)) return message;
        if (_timer <= Now.UtcDateTime)
        {
            _timer = null;
            return new Fired("wake");
        }
        if (_inbox.FirstOrDefault(entry => !_taken.Contains(entry.Id)) is not { } told) return null;
        _taken.Add(told.Id);
        return told;
    }

    private void Feed(Told entry)
    {
        _taken.Add(entry.Id);
        var effects = new Effects();
        _machine!.Handle(entry, Now.UtcDateTime, effects);
        foreach (var effect in effects.List) CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case TimerEffect timer: _timer = timer.At; break;
            case CancelTimerEffect: _timer = null; break;
            case CallEffect call:
                Assert.True(call.AfterPublish);
                _afterPublish.Add(call);
                break;
        }
    }

    /// <summary>Pages come before the head, and calls after it; the host may die between any two.</summary>
    private void Store()
    {
        if (_machine!.TakeChanges() is { } changes)
        {
            foreach (var page in changes.Pages)
            {
                Die();
                _pages[page.Number] = page.Content;
            }
            Die();
            Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(changes.Body).Length, 0, 48 * 1024);
            _head = new() { Kind = "dag", Generation = 1, Revision = changes.Revision, Final = false, Pages = _pages.Count, Taken = [], Body = changes.Body };
        }
        _storedTaken.UnionWith(_taken);
        _inbox.RemoveAll(entry => _storedTaken.Contains(entry.Id));
        var calls = _afterPublish.ToArray();
        _afterPublish.Clear();
        foreach (var call in calls)
        {
            Die();
            var result = Execute(call);
            Die();
            _arrived.Enqueue(new Returned(call.Key, JsonSerializer.SerializeToElement(result, OrchestrationJson.Options)));
        }
    }

    private TriggeredPending? Execute(CallEffect call)
    {
        switch (call.Input)
        {
            case TriggerPending trigger:
                if (Runs.Any(run => run.RunId == trigger.Run.RunId)) return new TriggeredPending(TriggerOutcome.Made);
                if (trigger.Run.Sequence != _sequence) return new TriggeredPending(TriggerOutcome.Stale);
                Assert.False(_entry.Paused, "a paused DAG makes no runs by itself");
                var answer = OnTrigger?.Invoke(trigger) ?? new(TriggerOutcome.Made);
                if (answer.Outcome is TriggerOutcome.Made) Runs.Add(trigger.Run);
                return answer;
            case PauseDag pause:
                if (pause.Sequence != _sequence) return null;
                Pauses.Add(pause);
                Pause();
                return null;
            default:
                throw new InvalidOperationException(call.Activity);
        }
    }

    private void Die()
    {
        if (Dies()) throw new Died();
    }

    private sealed class Died : Exception;
}
