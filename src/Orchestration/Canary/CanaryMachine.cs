using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Sets a timer once a minute and calls an activity when it fires, so that how late both are shows whether the system is alive.</summary>
internal sealed class CanaryMachine(string lane, ActorHead? head) : Machine
{
    private const string Beat = "beat";

    private readonly JsonElement _body = head?.Body ?? NoBody.Json;
    private bool _isNew = head is null;
    private DateTime _due;

    /// <summary>Time between two beats.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override bool IsFinal => false;

    /// <inheritdoc/>
    public override void Handle(Message message, DateTime now, Effects effects)
    {
        switch (message)
        {
            case Fired:
                effects.Call(Beat, ActivityNames.Heartbeat, new HeartbeatRequest(lane, _due, now));
                SetTimer(now, effects);
                break;
            case Started:
                SetTimer(now, effects);
                break;
        }
    }

    /// <inheritdoc/>
    public override ActorChanges? TakeChanges()
    {
        if (!_isNew) return null;
        _isNew = false;
        return new(1, _body, null, []);
    }

    private void SetTimer(DateTime now, Effects effects) => effects.Timer(Beat, _due = now + Every);
}

/// <summary>The one actor that measures how late timers and activities are.</summary>
public sealed class CanaryKind : IActorKind
{
    /// <summary>The canary of a lane.</summary>
    public static ActorId IdOf(string lane) => new(ActorKindNames.Canary, "canary/" + DocumentPath.Of(lane));

    /// <inheritdoc/>
    public string Name => ActorKindNames.Canary;

    /// <inheritdoc/>
    public string? SpecOf(JsonElement request) => null;

    /// <inheritdoc/>
    public Machine Create(ActorSnapshot snapshot) => new CanaryMachine(DocumentPath.LastName(snapshot.Id.Path), snapshot.Head);

    /// <inheritdoc/>
    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;
}
