using System.CommandLine;
using Updraft.Api;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary><c>updraft connections</c>.</summary>
internal static class ConnectionCommands
{
    public static Command Of(Session session) => new("connections", "How services are reached that DAGs name.") { List(session), Test(session) };

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists connections, where they lead and where they are written, without their secrets.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var known = await session.AskAsync(parsed, api => api.ListAsync<ConnectionView>(() => $"connections", 10_000, cancellation), create: true);
            return session.Print(parsed, known, known.Count == 0
                ? ["There are no connections."]
                : Columns.Of([.. known.Select(connection => (string[])[Printable.Of(connection.Name), Printable.Of(connection.Source), Printable.Of(connection.Text ?? connection.Problem!)])]));
        });
        return command;
    }

    private static Command Test(Session session)
    {
        var name = new Argument<string>("NAME") { Description = "The connection." };
        var command = session.Asking("test", "Tries a connection out: calls the service and signs in, as a task would.", name);
        command.SetAction(async (parsed, cancellation) =>
        {
            var works = await session.AskAsync(parsed, api => api.PostAsync<ConnectionWorks>($"connections/{parsed.GetValue(name)!}/test", null, cancellation), create: true);
            return session.Print(parsed, works, $"{Printable.Of(works.Name)} works: {Printable.Of(works.Text)}.");
        });
        return command;
    }
}
