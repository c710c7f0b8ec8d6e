using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Who waits for which condition, and what was seen to hold. Whoever begins to wait puts its document and then reads the watcher's head;
/// the watcher, before it ends, stores its head as final and then lists those documents. So one of the two sees the other. Thread-safe; every
/// call may be repeated after a failure.
/// </summary>
public sealed class WaitBoard
{
    /// <summary>A look this near may have begun by another host's clock.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly IStateStore _store;
    private readonly ActorClient _actors;
    private readonly Expiries _expiries;
    private readonly WatcherPurge _purge;
    private readonly TimeProvider _clock;
    private readonly RunReader _reader;

    internal WaitBoard(IStateStore store, ActorClient actors, Expiries expiries, WatcherPurge purge, TimeProvider clock) =>
        (_store, _actors, _expiries, _purge, _clock, _reader) = (store, actors, expiries, purge, clock, new(store));

    /// <summary>The present.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    // ---- Beginning and ending a wait

    /// <summary>Whether an attempt waits alone already, as one that began before waits were shared; then it is started again if that is missing.</summary>
    public async Task<bool> WaitsAloneAsync(StartActor start, CancellationToken cancellation)
    {
        if (await _actors.GetRequestAsync(start.Id, cancellation) is null) return false;
        await WaitAloneAsync(start, cancellation);
        return true;
    }

    /// <summary>Has an attempt wait by itself.</summary>
    public Task WaitAloneAsync(StartActor start, CancellationToken cancellation) => _actors.StartAsync(start, cancellation);

    /// <summary>Whether an attempt waits with others already; then the watcher is at work.</summary>
    public async Task<bool> WaitsAsync(AttemptRequest attempt, CancellationToken cancellation)
    {
        if (await PlaceAsync(RunPaths.Of(attempt.RunId).Path, attempt.AttemptId, cancellation) is not { Value: var place }) return false;
        if (await _store.GetAsync<SharedWait>(WatcherPaths.Waiter(place.Watcher, place.Condition, attempt.AttemptId), cancellation) is not { Value: var waiter }) return false;
        return await HintAsync(place.Watcher, place.Condition, waiter, cancellation) is Hinted.Done;
    }

    /// <summary>Has an attempt wait with others.</summary>
    public async Task WaitAsync(WatchStart start, SharedWait waiter, CancellationToken cancellation)
    {
        var attempt = waiter.Request.Attempt;
        await _store.PutAsync(WatcherPaths.Wait(RunPaths.Of(attempt.RunId).Path, attempt.AttemptId), new WaitPlace(start.Watcher, start.Condition), WriteCondition.None, cancellation: cancellation);
        var content = JsonSerializer.SerializeToUtf8Bytes(waiter, OrchestrationJson.Options);
        // A small document is its own summary, so that a listing reads it.
        var write = new DocumentWrite { Content = content, If = WriteCondition.IfAbsent, Summary = content.Length <= DocumentWrite.MaxSummary ? Encoding.UTF8.GetString(content) : null };
        await _store.PutAsync(WatcherPaths.Waiter(start.Watcher, start.Condition, attempt.AttemptId), write, cancellation);
        while (true)
        {
            switch (await HintAsync(start.Watcher, start.Condition, waiter, cancellation))
            {
                case Hinted.Done: return;
                case Hinted.Nobody when (await _actors.StartAsync(new() { Id = start.Watcher, Request = JsonSerializer.SerializeToElement(start.Request, OrchestrationJson.Options), Lane = start.Lane, Tags = WatcherKind.Tags }, cancellation)).Created: return;
                default: break; // Something has changed meanwhile.
            }
        }
    }

    private enum Hinted
    {
        Done,

        /// <summary>There is no watcher.</summary>
        Nobody,

        /// <summary>It is being removed, or was just now.</summary>
        Changed,
    }

    /// <summary>Has the watcher look early enough, and opens it again if it has ended.</summary>
    private async Task<Hinted> HintAsync(ActorId watcher, string condition, SharedWait waiter, CancellationToken cancellation)
    {
        var head = await _actors.GetHeadAsync(watcher, cancellation);
        if (head is { Purging: true })
        {
            await _purge.FinishAsync(watcher, cancellation);
            return Hinted.Changed;
        }
        if (head is null && await _actors.GetRequestAsync(watcher, cancellation) is null) return Hinted.Nobody;
        if (head is { Final: true }) return await _actors.WakeAsync(watcher, ensureStarted: true, cancellation) ? Hinted.Done : Hinted.Changed;
        var next = head is { Revision: > 0 } ? WatcherState.Read(head.Body).NextAt : null;
        if (next is not null && await LooksInTimeAsync(watcher, condition, next.Value, waiter, cancellation)) return Hinted.Done;
        if (next is null) await _actors.EnsureStartedAsync(watcher, cancellation); // Whoever opened it may have crashed before.
        var told = await _actors.TellAsync(new() { Id = watcher, EntryId = "join-" + JobPaths.NameOf(waiter.Request.Attempt.AttemptId), Kind = WatcherCommands.Join, Body = NoBody.Json }, cancellation);
        return told ? Hinted.Done : Hinted.Changed;
    }

    /// <summary>Whether a watcher's next look comes early enough for one who waits since now: it is not under way, and others wait for the same.</summary>
    private async Task<bool> LooksInTimeAsync(ActorId watcher, string condition, DateTime next, SharedWait waiter, CancellationToken cancellation)
    {
        var now = Now.UtcDateTime;
        if (next <= now + Skew || next > WaitRules.GivesUpAt(waiter)?.UtcDateTime) return false;
        // Where the operator itself has said when, as one that waits for a time, nobody wants it earlier.
        if (next > now + WaitRules.MostOf(waiter.Policy.Interval) && await _store.GetAsync<WaitProgress>(WatcherPaths.Progress(watcher, condition), cancellation) is not { Value.NextAt: not null }) return false;
        return await _store.ListAsync(WatcherPaths.Waiters(watcher, condition), null, cancellation).Take(2).CountAsync(cancellation) > 1;
    }

    /// <summary>Ends the wait of an attempt: nothing of it is at work afterwards, or it was told to stop and will say when it has.</summary>
    public async Task<StoppedWait> StopAsync(StopWait stop, CancellationToken cancellation)
    {
        if (await PlaceAsync(stop.RunPath, stop.AttemptId, cancellation) is { Value: var place })
        {
            await ForgetAsync(place.Watcher, place.Condition, stop.RunPath, stop.AttemptId, cancellation);
            return new(stop.AttemptId, Over: true);
        }
        var alone = await _actors.TellAsync(new() { Id = JobPaths.Under(stop.RunPath, stop.AttemptId), EntryId = "stop", Kind = JobCommands.Stop, Body = NoBody.Json }, cancellation);
        return new(stop.AttemptId, Over: !alone);
    }

    /// <summary>Tells how a wait ended, and removes it.</summary>
    public async Task EndAsync(ActorId watcher, string condition, SharedWait waiter, AttemptResult result, CancellationToken cancellation)
    {
        var attempt = waiter.Request.Attempt;
        var times = result with { StartedAt = waiter.Since, EndedAt = Now, Produced = result.Outcome is AttemptOutcome.Success ? waiter.Produced : null };
        await _actors.TellAsync(JobMachine.Tell(waiter.Request, times), cancellation);
        AttemptRecord.Ended(await _reader.RequestAsync(attempt.RunId, cancellation), attempt, times, worked: false, Now);
        await ForgetAsync(watcher, condition, RunPaths.Of(attempt.RunId).Path, attempt.AttemptId, cancellation);
    }

    /// <summary>Removes one who waits; the place that leads to it goes last.</summary>
    private async Task ForgetAsync(ActorId watcher, string condition, string runPath, string attemptId, CancellationToken cancellation)
    {
        await _store.DeleteAsync(WatcherPaths.Waiter(watcher, condition, attemptId), null, cancellation);
        await _store.DeleteAsync(WatcherPaths.Wait(runPath, attemptId), null, cancellation);
    }

    private Task<Stored<WaitPlace>?> PlaceAsync(string runPath, string attemptId, CancellationToken cancellation) =>
        _store.GetAsync<WaitPlace>(WatcherPaths.Wait(runPath, attemptId), cancellation);

    // ---- For the looks

    /// <summary>Those who wait at a watcher, ordered by condition; or those who wait for one of its conditions.</summary>
    public async IAsyncEnumerable<(string Condition, SharedWait Waiter)> WaitersAsync(ActorId watcher, string? condition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in _store.ListAsync(condition is null ? WatcherPaths.Waiters(watcher) : WatcherPaths.Waiters(watcher, condition), null, cancellation))
        {
            if (listed.Summary is { } summary) yield return (WatcherPaths.ConditionOf(listed.Path), JsonSerializer.Deserialize<SharedWait>(summary, OrchestrationJson.Options)!);
            else if (await _store.GetAsync<SharedWait>(listed.Path, cancellation) is { Value: var waiter }) yield return (WatcherPaths.ConditionOf(listed.Path), waiter);
        }
    }

    /// <summary>How the looks at a watcher's conditions stand, for those of which there is something to know.</summary>
    public async Task<Dictionary<string, WaitProgress>> ProgressAsync(ActorId watcher, CancellationToken cancellation)
    {
        var found = new Dictionary<string, WaitProgress>(StringComparer.Ordinal);
        await foreach (var listed in _store.ListAsync(WatcherPaths.AllProgress(watcher), null, cancellation))
            if (await _store.GetAsync<WaitProgress>(listed.Path, cancellation) is { Value: var progress }) found[DocumentPath.LastName(listed.Path)] = progress;
        return found;
    }

    /// <summary>Notes how the looks at a condition stand; null when there is nothing to know.</summary>
    public Task SetProgressAsync(ActorId watcher, string condition, WaitProgress? progress, CancellationToken cancellation) => progress is null
        ? _store.DeleteAsync(WatcherPaths.Progress(watcher, condition), null, cancellation)
        : _store.PutAsync(WatcherPaths.Progress(watcher, condition), progress, WriteCondition.None, cancellation: cancellation);

    /// <summary>What is known of a condition; null when it was never seen to hold, or that is forgotten.</summary>
    public async Task<Remembered?> RecallAsync(string condition, CancellationToken cancellation) =>
        (await _store.GetAsync<Remembered>(WatcherPaths.Remembered(condition), cancellation))?.Value;

    /// <summary>Remembers that a condition held.</summary>
    public async Task RememberAsync(string condition, Remembered remembered, TimeSpan time, CancellationToken cancellation)
    {
        if (remembered.Result.Output?.Blob is { } blob) await _expiries.AddAsync(remembered.MetAt + time, new(blob, IsBlobs: true), cancellation);
        var path = WatcherPaths.Remembered(condition);
        var etag = await _store.PutAsync(path, remembered, WriteCondition.None, cancellation: cancellation);
        await _expiries.AddAsync(remembered.MetAt + time, new(path, ETag: etag), cancellation);
    }
}

/// <summary>The watcher that one who waits needs.</summary>
/// <param name="Watcher">The watcher.</param>
/// <param name="Condition">The condition's key.</param>
/// <param name="Request">What the watcher is asked, if it is not there yet.</param>
/// <param name="Lane">The workers that run it.</param>
public sealed record WatchStart(ActorId Watcher, string Condition, WatcherRequest Request, string Lane);
