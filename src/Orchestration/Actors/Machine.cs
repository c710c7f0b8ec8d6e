using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>
/// The decisions of an actor: pure code, state + message → state + effects. No clock, no random, no I/O, no hash order. One loop
/// (<c>ActorLoop</c>) feeds it and carries out what it asks for.
/// </summary>
/// <remarks>
/// On <see cref="Started"/>, the first message of every execution, a machine asks again for every call and timer whose outcome its state
/// still awaits: they may have been lost with the execution before. So continuing as new, taking over from a vanished worker and starting
/// afresh are one case.
/// </remarks>
public abstract class Machine
{
    /// <summary>Whether nothing is left to do: the actor ends once its inbox is empty, and opens again when told something.</summary>
    public abstract bool IsFinal { get; }

    /// <summary>Handles one message at a time <paramref name="now"/>, in time proportional to what it changes.</summary>
    public abstract void Handle(Message message, DateTime now, Effects effects);

    /// <summary>
    /// What has changed since the last call, to be stored; null when nothing has. Documents hold all that the machine needs to go on.
    /// </summary>
    public abstract ActorChanges? TakeChanges();
}

/// <summary>Something that happened to an actor.</summary>
public abstract record Message;

/// <summary>An execution begins; the first message of each.</summary>
public sealed record Started : Message;

/// <summary>A call returned.</summary>
public sealed record Returned(string Key, JsonElement Result) : Message;

/// <summary>A call threw, which no call is expected to do.</summary>
public sealed record Threw(string Key, string ErrorType, string ErrorMessage) : Message;

/// <summary>A timer fired.</summary>
public sealed record Fired(string Key) : Message;

/// <summary>An entry of the inbox: a command, or news from another actor. Each comes once.</summary>
/// <param name="Id">Made from its cause, so that the same cause told twice is one entry.</param>
/// <param name="Kind">What it is, as in <c>cancel</c>.</param>
/// <param name="Body">Its content.</param>
public sealed record Told(string Id, string Kind, JsonElement Body) : Message;

/// <summary>What a machine asks for while it handles a message, in order.</summary>
public sealed class Effects
{
    /// <summary>What was asked for.</summary>
    public List<Effect> List { get; } = [];

    /// <summary>Calls an activity; its outcome comes back as <see cref="Returned"/> or <see cref="Threw"/> with this key.</summary>
    /// <param name="key">
    /// Names the call within the actor; at most one call of a key is under way. Asked for again meanwhile, it is made once more after the
    /// outcome of the first has been handled; of several such, only the last.
    /// </param>
    /// <param name="activity">The activity.</param>
    /// <param name="input">Its input.</param>
    /// <param name="afterPublish">Whether the documents must be stored first, because the activity reads them.</param>
    /// <param name="urgent">
    /// Whether it is made even while the execution waits to continue as new, as a stop must be. Other calls are then left out: the machine
    /// asks for them again on <see cref="Started"/>.
    /// </param>
    public void Call(string key, string activity, object input, bool afterPublish = false, bool urgent = false) =>
        List.Add(new CallEffect(key, activity, input, afterPublish, urgent));

    /// <summary>Sets a timer; <see cref="Fired"/> comes with this key. A timer of the same key is replaced.</summary>
    public void Timer(string key, DateTime at) => List.Add(new TimerEffect(key, at));

    /// <summary>Cancels a timer; nothing happens when there is none.</summary>
    public void CancelTimer(string key) => List.Add(new CancelTimerEffect(key));

    /// <summary>Stores the documents at once, not within the second.</summary>
    public void Publish() => List.Add(new PublishEffect());
}

/// <summary>Something a machine asks for.</summary>
public abstract record Effect;

/// <inheritdoc cref="Effects.Call"/>
public sealed record CallEffect(string Key, string Activity, object Input, bool AfterPublish, bool Urgent) : Effect;

/// <inheritdoc cref="Effects.Timer"/>
public sealed record TimerEffect(string Key, DateTime At) : Effect;

/// <inheritdoc cref="Effects.CancelTimer"/>
public sealed record CancelTimerEffect(string Key) : Effect;

/// <inheritdoc cref="Effects.Publish"/>
public sealed record PublishEffect : Effect;

/// <summary>Documents of an actor that have changed.</summary>
/// <param name="Revision">Counts the machine's changes; a lower one never overwrites a higher.</param>
/// <param name="Body">The machine's part of the head document, up to 32 KB.</param>
/// <param name="Summary">What a listing shows of the actor, up to 1 KB; null for nothing.</param>
/// <param name="Pages">Pages that changed, each up to <see cref="ActorPage.MaxBytes"/>.</param>
public sealed record ActorChanges(long Revision, JsonElement Body, string? Summary, IReadOnlyList<ActorPage> Pages);

/// <summary>A page of an actor's document.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Content">Its content.</param>
public sealed record ActorPage(int Number, JsonElement Content)
{
    /// <summary>Largest page, in bytes of JSON: with what goes around it, it fits the payload of an activity.</summary>
    public const int MaxBytes = 240 * 1024;
}
