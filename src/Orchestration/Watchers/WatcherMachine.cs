using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// Looks at conditions for as long as somebody waits for them. Who waits are documents, which the look reads, so the machine holds but the
/// time of the next one. Whoever begins to wait puts a document, and hints only a watcher that would look too late.
/// </summary>
internal sealed class WatcherMachine(ActorId self, WatcherState state) : Machine
{
    private const string Look = "look";
    private const string Next = "next";

    private static readonly WaitPolicy Again = WaitPolicy.Job with { MaxInterval = TimeSpan.FromMinutes(1) };

    private WatcherState _state = state;
    private bool _changed;
    private bool _looking;
    private bool _again;

    /// <inheritdoc/>
    public override bool IsFinal => _state.EndedAt is not null && !_looking;

    /// <inheritdoc/>
    public override void Handle(Message message, DateTime now, Effects effects)
    {
        switch (message)
        {
            case Started when _state is { NextAt: { } at, EndedAt: null }: effects.Timer(Next, at); break;
            case Started or Fired { Key: Next } or Told { Kind: WatcherCommands.Join }: LookNow(effects, afterPublish: message is Told); break;
            case Returned { Key: Look } looked: Looked(looked.Result.Deserialize<WatchedConditions>(OrchestrationJson.Options)!, now, effects); break;
            case Threw { Key: Look } threw: Threw(threw, now, effects); break;
        }
    }

    /// <inheritdoc/>
    public override ActorChanges? TakeChanges()
    {
        if (!_changed) return null;
        _changed = false;
        _state = _state with { Revision = _state.Revision + 1 };
        return new(_state.Revision, JsonSerializer.SerializeToElement(_state, OrchestrationJson.Options), null, []);
    }

    /// <summary>
    /// Looks, or looks once more after the look under way. One who begins to wait trusts the time of the next look that is stored; so before
    /// a look that is early, it is taken back.
    /// </summary>
    private void LookNow(Effects effects, bool afterPublish)
    {
        if (_looking)
        {
            _again = true;
            return;
        }
        effects.CancelTimer(Next);
        if (_state.NextAt is not null || _state.EndedAt is not null) Change(_state with { NextAt = null, EndedAt = null });
        _looking = true;
        effects.Call(Look, ActivityNames.WatchConditions, new WatchConditions(self, _state.PokedAt, _state.Pokes, _state.Errors), afterPublish);
    }

    private void Looked(WatchedConditions found, DateTime now, Effects effects)
    {
        _looking = false;
        var next = _state with
        {
            Waiters = found.Waiters,
            Conditions = found.Conditions,
            PokedAt = found.PokedAt,
            Pokes = found.Pokes,
            Errors = found.Errors,
            // Whoever only counted who waits knows nothing of the conditions.
            Error = found.Pokes == _state.Pokes ? found.Error ?? _state.Error : found.Error,
            Losses = 0,
        };
        if (found.Waiters == 0 && !_again) Change(next with { NextAt = null, EndedAt = now });
        else Wait(next, found.NextAfter, now, effects);
    }

    private void Threw(Threw threw, DateTime now, Effects effects)
    {
        _looking = false;
        var wait = Again.Interval * Math.Pow(Again.Backoff, Math.Min(_state.Losses, 20));
        Wait(_state with { Losses = _state.Losses + 1, Error = threw.ErrorMessage }, wait < Again.MaxInterval ? wait : Again.MaxInterval, now, effects);
    }

    private void Wait(WatcherState next, TimeSpan wait, DateTime now, Effects effects)
    {
        var again = _again || wait <= TimeSpan.Zero;
        _again = false;
        Change(next with { NextAt = again ? null : now + wait, EndedAt = null });
        if (again)
        {
            LookNow(effects, afterPublish: false);
            return;
        }
        effects.Timer(Next, now + wait);
        effects.Publish();
    }

    private void Change(WatcherState next) => (_state, _changed) = (next, true);
}

/// <summary>Kinds of entries that a watcher takes.</summary>
internal static class WatcherCommands
{
    /// <summary>Someone waits who wants a look earlier than the next one. The body is empty.</summary>
    public const string Join = "join";
}

/// <summary>Actors that watch conditions for all who wait for them.</summary>
public sealed class WatcherKind(IStateStore store) : IActorKind
{
    /// <summary>The tag of watchers' instances, with <see cref="Conditions"/>: who drives a run drives what it may wait for.</summary>
    public const string Tag = "watches";

    /// <summary>The value of <see cref="Tag"/>.</summary>
    public const string Conditions = "conditions";

    internal static readonly ImmutableSortedDictionary<string, string> Tags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Tag, Conditions);

    /// <inheritdoc/>
    public string Name => ActorKindNames.Watcher;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => null;

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot) => new WatcherMachine(snapshot.Id, snapshot.Head is { Revision: > 0 } head ? WatcherState.Read(head.Body) : new());

    /// <summary>Whether somebody began to wait while the watcher ended.</summary>
    public async Task<bool> IsNeededAsync(ActorId id, CancellationToken cancellation) => await store.ListAsync(WatcherPaths.Waiters(id), null, cancellation).AnyAsync(cancellation);

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}
