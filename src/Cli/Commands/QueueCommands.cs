using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft queue</c>.</summary>
internal static class QueueCommands
{
    public static Command Of(Session session) => new("queue", "Sends messages that ask for runs, and looks after those that could not be handled.")
    {
        Send(session), List(session), Dead(session),
        Settle(session, "requeue", "Sends a message that was put aside once more.", MessageOperations.Requeue, "is in the queue again"),
        Settle(session, "purge", "Removes a message that was put aside.", MessageOperations.Purge, "is removed"),
    };

    private static Command Send(Session session)
    {
        var body = new Argument<string>("JSON|@FILE") { Description = "The message: with --dag or --event, the conf or the event's data; else an object that says it all." };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Names the message: the same twice makes one run. Default: a new one." };
        var property = new Option<string[]>("--property") { HelpName = "NAME=VALUE", Description = "A property of the message, as in dag=etl or label.team=red; may be given several times.", DefaultValueFactory = _ => [] };
        var command = new Command("send", "Puts a message into the queue.") { body, id, property, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var message = new QueueMessage
            {
                Id = parsed.GetValue(id) ?? Guid.NewGuid().ToString("N"),
                Body = RunArguments.Text("the message", parsed.GetValue(body)!),
                Properties = RunArguments.Pairs("--property", parsed.GetValue(property)!),
            };
            var sent = await session.AskAsync(parsed, MessageOperations.SendMessage, message, cancellation);
            if (!sent.Driven) session.Terminal.Error.WriteLine($"Nothing takes messages now. 'updraft serve' on {session.FolderOf(parsed)} does.");
            return session.Print(parsed, sent, $"Message {Printable.Of(sent.Id)} is in the queue.");
        });
        return command;
    }

    private static Command List(Session session)
    {
        var command = new Command("list", "Lists the messages that wait, oldest first, and what they wait for.") { session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var waiting = await session.AskAsync(parsed, MessageOperations.WaitingMessages, Nothing.Here, cancellation);
            return session.Print(parsed, waiting, waiting.IsEmpty ? ["No message waits."] : Columns.Of([.. waiting.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(WaitingMessage waiting) =>
        [Printable.Of(waiting.Message.Id), ShowDag.Time(waiting.EnqueuedAt), waiting.HiddenUntil is { } until ? $"until {ShowDag.Time(until)}" : "free", Printable.Of(waiting.Postponed ?? "")];

    private static Command Dead(Session session)
    {
        var command = new Command("dead", "Lists the messages that were put aside, newest first, and why.") { session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var dead = await session.AskAsync(parsed, MessageOperations.DeadLetters, Nothing.Here, cancellation);
            return session.Print(parsed, dead, dead.IsEmpty ? ["No message was put aside."] : Columns.Of([.. dead.Select(Row)]));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(DeadLetter dead) => [dead.Name, Printable.Of(dead.Message.Id), ShowDag.Time(dead.DeadAt), Printable.Of(dead.Reason)];

    private static Command Settle(Session session, string name, string description, Operation<DeadLetterRequest, DeadLetterRequest> operation, string what)
    {
        var letter = new Argument<string>("NAME") { Description = "The message's name in 'updraft queue dead'." };
        var command = new Command(name, description) { letter, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var settled = await session.AskAsync(parsed, operation, new DeadLetterRequest(parsed.GetValue(letter)!), cancellation);
            return session.Print(parsed, settled, $"Message {Printable.Of(settled.Name)} {what}.");
        });
        return command;
    }
}
