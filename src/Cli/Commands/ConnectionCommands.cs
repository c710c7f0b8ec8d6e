using System.CommandLine;

namespace Updraft.Cli;

/// <summary><c>updraft connections</c>.</summary>
internal static class ConnectionCommands
{
    public static Command Of(Session session) => new("connections", "How services are reached that DAGs name.") { List(session), Test(session) };

    private static Command List(Session session)
    {
        var command = new Command("list", "Lists connections, where they lead and where they are written, without their secrets.") { session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var known = await session.AskAsync(parsed, ConnectionOperations.List, Nothing.Here, cancellation, create: true);
            return session.Print(parsed, known, known.IsEmpty
                ? ["There are no connections."]
                : Columns.Of([.. known.Select(connection => (string[])[Printable.Of(connection.Name), Printable.Of(connection.Source), Printable.Of(connection.Text ?? connection.Problem!)])]));
        });
        return command;
    }

    private static Command Test(Session session)
    {
        var name = new Argument<string>("NAME") { Description = "The connection." };
        var command = new Command("test", "Tries a connection out: calls the service and signs in, as a task would.") { name, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var works = await session.AskAsync(parsed, ConnectionOperations.Test, new ConnectionName(parsed.GetValue(name)!), cancellation, create: true);
            return session.Print(parsed, works, $"{Printable.Of(works.Name)} works: {Printable.Of(works.Text)}.");
        });
        return command;
    }
}
