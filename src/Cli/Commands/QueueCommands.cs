using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft queue</c>.</summary>
internal static class QueueCommands
{
    private const int MostListed = 1_000;

    public static Command Of(Session session) => new("queue", "Sends messages that ask for runs, and looks after those that could not be handled.")
    {
        Send(session), List(session), Dead(session),
        Settle(session, "requeue", "Sends a message that was put aside once more.", (api, name, cancellation) => api.PostAsync($"queue/dead-letters/{name}/requeue", cancellation), "is in the queue again"),
        Settle(session, "purge", "Removes a message that was put aside.", (api, name, cancellation) => api.DeleteAsync($"queue/dead-letters/{name}", cancellation), "is removed"),
    };

    private static Command Send(Session session)
    {
        var body = new Argument<string>("JSON|@FILE") { Description = "The message: with --dag or --event, the conf or the event's data; else an object that says it all." };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Names the message: the same twice makes one run. Default: a new one." };
        var property = new Option<string[]>("--property") { HelpName = "NAME=VALUE", Description = "A property of the message, as in dag=etl or label.team=red; may be given several times.", DefaultValueFactory = _ => [] };
        var command = session.Asking("send", "Puts a message into the queue.", body, id, property);
        command.SetAction(async (parsed, cancellation) =>
        {
            var message = new SendMessage
            {
                Id = parsed.GetValue(id) ?? Guid.NewGuid().ToString("N"),
                Body = RunArguments.Text("the message", parsed.GetValue(body)!),
                Properties = RunArguments.Pairs("--property", parsed.GetValue(property)!),
            };
            var sent = await session.AskAsync(parsed, api => api.PostAsync<MessageSent>($"queue/messages", message, cancellation));
            if (!sent.Driven) session.Terminal.Error.WriteLine($"Nothing takes messages now. 'updraft serve' on {session.NameOf(parsed)} does.");
            return session.Print(parsed, sent, $"Message {Printable.Of(sent.Id)} is in the queue.");
        });
        return command;
    }

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists the messages that wait, oldest first, and what they wait for.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var waiting = await session.AskAsync(parsed, api => api.ListAsync<WaitingMessage>(() => $"queue/messages", MostListed, cancellation));
            return session.Print(parsed, waiting, waiting.Count == 0 ? ["No message waits."] : Columns.Of([.. waiting.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(WaitingMessage waiting) =>
        [Printable.Of(waiting.Message.Id), ShowDag.Time(waiting.EnqueuedAt), waiting.HiddenUntil is { } until ? $"until {ShowDag.Time(until)}" : "free", Printable.Of(waiting.Postponed ?? "")];

    private static Command Dead(Session session)
    {
        var command = session.Asking("dead", "Lists the messages that were put aside, newest first, and why.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var dead = await session.AskAsync(parsed, api => api.ListAsync<DeadLetter>(() => $"queue/dead-letters", MostListed, cancellation));
            return session.Print(parsed, dead, dead.Count == 0 ? ["No message was put aside."] : Columns.Of([.. dead.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(DeadLetter dead) => [dead.Name, Printable.Of(dead.Message.Id), ShowDag.Time(dead.DeadAt), Printable.Of(dead.Reason)];

    private static Command Settle(Session session, string name, string description, Func<ApiClient, string, CancellationToken, Task> settle, string what)
    {
        var letter = new Argument<string>("NAME") { Description = "The message's name in 'updraft queue dead'." };
        var command = session.Asking(name, description, letter);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            var settled = new Settled(parsed.GetValue(letter)!);
            await settle(api, settled.Name, cancellation);
            return session.Print(parsed, settled, $"Message {Printable.Of(settled.Name)} {what}.");
        });
        return command;
    }

    /// <summary>What became of a message that was put aside.</summary>
    private sealed record Settled(string Name);
}
