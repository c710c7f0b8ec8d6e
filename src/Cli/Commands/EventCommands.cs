using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft event</c>.</summary>
internal static class EventCommands
{
    public static Command Of(Session session) => new("event", "Sends events to the runs that wait for them.") { Send(session), List(session) };

    private static Command Send(Session session)
    {
        var (name, key) = (new Argument<string>("NAME") { Description = "What has happened, as in approved." }, KeyArgument());
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Tells this event from others of its name and key: the same twice is one. Default: a new one." };
        var data = new Option<string?>("--body") { HelpName = "JSON|@FILE", Description = "What the waiting tasks hand over." };
        var ttl = new Option<string?>("--ttl") { HelpName = "DURATION", Description = "How long it is kept when nobody waits for it. Default 7d." };
        var command = session.Asking("send", "Sends an event to the runs of a key that wait for it.", name, key, id, data, ttl);
        command.SetAction(async (parsed, cancellation) =>
        {
            var message = new SendEvent { Name = parsed.GetValue(name)!, Key = parsed.GetValue(key)!, Id = parsed.GetValue(id) ?? Guid.NewGuid().ToString("N"), Data = RunArguments.Json("--body", parsed.GetValue(data)), TimeToLive = parsed.GetValue(ttl) };
            var outcome = await session.AskAsync(parsed, api => api.PostAsync<EventOutcome>($"events", message, cancellation));
            return session.Print(parsed, outcome, Line(message, outcome));
        });
        return command;
    }

    private static Command List(Session session)
    {
        var key = KeyArgument();
        var command = session.Asking("list", "Lists the events of a key, and the runs that wait for one.", key);
        command.SetAction(async (parsed, cancellation) =>
        {
            var known = await session.AskAsync(parsed, api => api.GetAsync<EventsOfKey>(PathOf(parsed.GetValue(key)!), cancellation));
            return session.Print(parsed, known, known.Events.IsEmpty && known.Waits.IsEmpty ? ["Nothing is known of this key."] : Columns.Of(
            [
                .. known.Events.OrderBy(each => each.SentAt).Select(each => (string[])["event", each.Name, Printable.Of(each.Id), each.Outcome?.ToString().ToLowerInvariant() ?? "", ShowDag.Time(each.SentAt)]),
                .. known.Waits.OrderBy(each => each.Since).Select(each => (string[])["wait", each.Name, Printable.Of(each.RunId), each.Exclusive ? "exclusive" : "", ShowDag.Time(each.Since)]),
            ]));
        });
        return command;
    }

    private static ApiPath PathOf(string key)
    {
        ApiPath path = $"events";
        return path.With("key", key);
    }

    private static Argument<string> KeyArgument() => new("KEY") { Description = "Whom it is about: the business key of the runs." };

    private static string Line(SendEvent message, EventOutcome outcome) => outcome.Kind switch
    {
        EventOutcomeKind.Delivered => FormattableString.Invariant($"Event {message.Name} went to {outcome.Waits} {(outcome.Waits == 1 ? "task" : "tasks")}."),
        EventOutcomeKind.Kept => $"Nobody waits for {message.Name} yet: it is kept for {message.TimeToLive ?? "7d"}.",
        EventOutcomeKind.Late => $"Event {message.Name} is late: a run of this key has had that wait, and nobody waits for it any more.",
        _ => $"Event {message.Name} was sent before.",
    };
}
