using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Updraft.Orchestration;

/// <summary>
/// The one orchestrator: every actor runs on it. It loads what is stored of the actor, makes its machine, and then goes round: feed the
/// machine what came, carry out what it asks for, store what changed, wait for whatever comes first.
/// </summary>
/// <remarks>
/// It is the only code with replay rules: an engine runs it many times over the same history, so it takes nothing from anywhere but the
/// context: no clock, no random, no I/O, no hash order. It awaits activities, timers and the hint event, and each of them in a small method
/// of its own that queues what to do about the outcome and raises one signal. So waiting for the first of ten thousand costs no more than
/// waiting for one, and one outcome costs one turn of the engine, in which what follows from it is started too.
/// </remarks>
internal sealed partial class ActorLoop(IOrchestrationContext context, ActorKinds kinds, ActorLoopOptions options) : IDisposable
{
    /// <summary>Version of this code, given to every orchestration when it is started. Of two parts: Durable compares others as texts, and 10 would come before 9.</summary>
    public const string Version = "1.0";

    private readonly ActorInput _input = context.GetInput<ActorInput>()!;
    private readonly ILogger _log = context.CreateReplaySafeLogger(nameof(ActorLoop));
    private readonly CancellationTokenSource _leaving = new();

    // What has come, and the one signal for all of it.
    private readonly Queue<Action> _arrived = new();
    private TaskCompletionSource _signal = new();

    // The machine and what it has under way.
    private Machine _machine = null!;
    private readonly Effects _effects = new();
    private readonly Dictionary<string, CallEffect?> _calls = new(StringComparer.Ordinal); // With what to call next, if the key is asked for again.
    private readonly Dictionary<string, CancellationTokenSource> _timers = new(StringComparer.Ordinal);
    private int _events;
    private bool _begun, _left;

    // The documents: what is stored of them, and when they are to be stored again.
    private ActorDraft _draft = null!;
    private List<CallEffect> _afterPublish = [];
    private bool _dirty, _publishNow, _storing, _publishTimer;
    private DateTime _storedAt;

    // The inbox.
    private readonly TakenIds _taken = new();
    private bool _inboxBusy, _inboxHinted;

    /// <summary>Runs one execution of an actor's generation.</summary>
    public async Task RunAsync()
    {
        if (await LoadAsync() is not { } inbox) return;
        _ = ListenAsync();
        _ = KeepSafeAsync();
        _publishNow = true;
        Feed(new Started());
        Take(inbox);
        _begun = true;
        while (true)
        {
            while (!_left && _arrived.TryDequeue(out var handle)) handle();
            if (!_left) Settle();
            if (_left) break;
            if (_arrived.Count > 0) continue;
            await _signal.Task;
            _signal = new();
        }
        // An instance has ended only when none of its timers is left.
        _leaving.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _leaving.Dispose();

    // ---- Loading

    /// <summary>Makes the machine from what is stored. Null when this generation has nothing to do (any more).</summary>
    private async Task<InboxBatch?> LoadAsync()
    {
        var loaded = Read<LoadedActor>(await CallAsync(ActivityNames.LoadActor, _input));
        if (loaded.Request is not { } request || loaded.Head is { Final: true } or { SetAside: not null } || (loaded.Head?.Generation ?? 1) != _input.Generation) return null;

        var large = await Task.WhenAll(loaded.Large.Select(LoadLargeAsync));
        var pages = loaded.Pages.Select((page, number) => page ?? Large(part => part.SpecHash is null && part.Page == number)!.Value).ToList();
        var spec = loaded.Spec ?? Large(part => part.SpecHash is not null);
        var kind = kinds.Of(_input.Id);
        _machine = kind.Create(new(_input.Id, request, spec, loaded.Head, pages));
        _draft = new(_input, loaded.Head, loaded.HeadETag);
        _taken.Restore(loaded.Head?.Taken ?? []);
        return loaded.Inbox;

        JsonElement? Large(Func<LargePart, bool> wanted) =>
            loaded.Large.Zip(large).Where(part => wanted(part.First)).Select(part => (JsonElement?)part.Second).SingleOrDefault();
    }

    private async Task<JsonElement> LoadLargeAsync(LargePart part)
    {
        var offsets = Enumerable.Range(0, (part.Bytes + LoadChunk.Bytes - 1) / LoadChunk.Bytes).Select(n => n * LoadChunk.Bytes);
        var chunks = await Task.WhenAll(offsets.Select(offset => CallAsync(ActivityNames.LoadChunk, new LoadChunk(_input.Id, part, offset))));
        return JsonSerializer.Deserialize<JsonElement>(chunks.SelectMany(chunk => chunk.GetBytesFromBase64()).ToArray());
    }

    // ---- The machine

    /// <summary>What a full execution leaves out, the machine asks for again when the next one starts. What one message asks for is never torn.</summary>
    private void Feed(Message message)
    {
        var full = _begun && IsFull;
        _effects.List.Clear();
        _machine.Handle(message, context.CurrentUtcDateTime, _effects);
        _dirty = true;
        foreach (var effect in _effects.List) CarryOut(effect, full);
    }

    private void CarryOut(Effect effect, bool full)
    {
        switch (effect)
        {
            case PublishEffect:
                _publishNow = true;
                break;
            case CancelTimerEffect cancel:
                CancelTimer(cancel.Key);
                break;
            case TimerEffect when full:
            case CallEffect { Urgent: false } when full:
                break;
            case TimerEffect timer:
                CancelTimer(timer.Key);
                _ = RunTimerAsync(timer);
                break;
            case CallEffect call:
                if (_calls.TryAdd(call.Key, null)) Begin(call);
                else _calls[call.Key] = call;
                break;
        }
    }

    private void Begin(CallEffect call)
    {
        if (call.AfterPublish)
        {
            _afterPublish.Add(call);
            _publishNow = true;
        }
        else
        {
            _ = RunCallAsync(call);
        }
    }

    private async Task RunCallAsync(CallEffect call)
    {
        try
        {
            var result = await CallAsync(call.Activity, call.Input);
            Arrive(() => Returned(new Returned(call.Key, result)));
        }
        catch (ActivityFailedException failure)
        {
            Arrive(() => Returned(new Threw(call.Key, failure.ErrorType, failure.ErrorMessage)));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        void Returned(Message outcome)
        {
            _calls.Remove(call.Key, out var next);
            Feed(outcome);
            if (next is not null) CarryOut(next, full: false);
        }
    }

    private async Task RunTimerAsync(TimerEffect timer)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        _timers.Add(timer.Key, cancel);
        if (!await SleepAsync(timer.At, cancel.Token)) return;
        Arrive(() =>
        {
            if (_timers.GetValueOrDefault(timer.Key) != cancel) return;
            _timers.Remove(timer.Key);
            Feed(new Fired(timer.Key));
        });
    }

    private void CancelTimer(string key)
    {
        if (_timers.Remove(key, out var cancel)) cancel.Cancel();
    }

    // ---- What follows from what was handled

    private bool IsFull => _events >= options.MaxEvents;

    private bool IsQuiet => _calls.Count == 0 && !_storing && !_inboxBusy;

    private void Settle()
    {
        WorkOnInbox();
        if (_machine.IsFinal && IsQuiet) _ = StoreAsync(end: true);
        else if (IsFull && IsQuiet && !_dirty) ContinueAsNew();
        else if (_storing) return;
        else if (_publishNow || (IsFull && IsQuiet) || (_dirty && context.CurrentUtcDateTime >= _storedAt + options.PublishEvery)) _ = StoreAsync(end: false);
        else if (_dirty && !_publishTimer) _ = PublishLaterAsync();
    }

    private void ContinueAsNew()
    {
        context.ContinueAsNew(_input);
        _left = true;
    }

    // ---- Awaiting

    private void Arrive(Action handle)
    {
        _arrived.Enqueue(handle);
        _signal.TrySetResult();
    }

    /// <summary>The execution fails in the loop itself: in a method that nobody awaits, an exception would be lost.</summary>
    private void Fail(Exception exception) => Arrive(() => ExceptionDispatchInfo.Throw(exception));

    /// <summary>Calls an activity. One that only keeps books is repeated with backoff when it throws, as when the store is away.</summary>
    private async Task<JsonElement> CallAsync(string activity, object input)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                _events += 2;
                return await context.CallActivityAsync<JsonElement>(activity, input);
            }
            catch (ActivityFailedException failure) when (tried < options.TriesOf(activity))
            {
                Logs.ActivityRepeated(_log, activity, _input.Id.Path, tried, failure.ErrorType, failure.ErrorMessage);
            }
            await SleepAsync(context.CurrentUtcDateTime + ActorLoopOptions.Backoff(tried), CancellationToken.None);
        }
    }

    /// <summary>Waits until a time; false when cancelled.</summary>
    private async Task<bool> SleepAsync(DateTime until, CancellationToken cancellation)
    {
        _events += 2;
        var timer = context.CreateTimer(until, cancellation);
        await timer.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing); // Most timers are cancelled, and an exception is dear.
        if (timer.IsFaulted) await timer;
        return timer.IsCompletedSuccessfully;
    }

    private static T Read<T>(JsonElement result) => result.Deserialize<T>(OrchestrationJson.Options)!;
}
