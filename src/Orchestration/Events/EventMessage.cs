using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Something that has happened, for the runs that wait for it.</summary>
public sealed record EventMessage
{
    /// <summary>Largest <see cref="Data"/>, in bytes of JSON.</summary>
    public const int MaxData = 64 * 1024;

    /// <summary>Longest <see cref="Key"/> and <see cref="Id"/>, in characters.</summary>
    public const int MaxText = 200;

    /// <summary>Longest <see cref="TimeToLive"/>.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(90);

    /// <summary>What has happened, as in <c>approved</c>: a name, <c>[A-Za-z0-9_.-]{1,64}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whom it is about: the business key of the runs that wait, 1 to 200 printable characters.</summary>
    public required string Key { get; init; }

    /// <summary>Tells this event from others of its name and key, 1 to 200 printable characters; a second event of the same is ignored.</summary>
    public required string Id { get; init; }

    /// <summary>What the waiting tasks hand over; null for nothing.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>How long it is kept when nobody waits for it. Default 7 days, at most 90.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>This event, when it is one that can be sent.</summary>
    /// <exception cref="UpdraftException"><see cref="EventErrors.Refused"/>.</exception>
    internal EventMessage Checked()
    {
        CheckName(Name);
        CheckText("key", Key);
        CheckText("id", Id);
        if (Data is { } data && data.GetRawText() is var text && System.Text.Encoding.UTF8.GetByteCount(text) is > MaxData and var bytes) throw Refuse($"its data has {bytes:N0} bytes, over the limit of {MaxData:N0}: send a reference to it");
        if (TimeToLive <= TimeSpan.Zero || TimeToLive > MaxTimeToLive) throw Refuse($"its time to live is {TimeToLive}; it is more than nothing and at most {MaxTimeToLive.TotalDays} days");
        return this;
    }

    internal static void CheckName(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')) throw Refuse($"its name '{Clip(name)}' is not [A-Za-z0-9_.-]{{1,64}}");
    }

    internal static void CheckText(string what, string text)
    {
        if (text.Length is 0 or > MaxText || !text.All(c => !char.IsControl(c) && !char.IsSurrogate(c))) throw Refuse($"its {what} '{Clip(text)}' does not have 1 to {MaxText} printable characters");
    }

    private static string Clip(string text) => text.Length <= 40 ? text : text[..39] + "…";

    private static UpdraftException Refuse(string why) => new(EventErrors.Refused, $"the event is refused: {why}");
}

/// <summary>What became of an event.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Waits">How many waits it went to; of waits that take an event exclusively, one.</param>
public sealed record EventOutcome(EventOutcomeKind Kind, int Waits = 0);

/// <summary>The ways in which an event may be received.</summary>
public enum EventOutcomeKind
{
    /// <summary>It went to those that waited for it.</summary>
    Delivered,

    /// <summary>Nobody waited; it is kept for who will.</summary>
    Kept,

    /// <summary>Nobody waits for it any more: an unfinished run of its key has had that wait.</summary>
    Late,

    /// <summary>An event of its name, key and id was sent before.</summary>
    Duplicate,
}
