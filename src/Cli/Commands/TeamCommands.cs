using System.CommandLine;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary><c>updraft teams</c>.</summary>
internal static class TeamCommands
{
    public static Command Of(Session session) => new("teams", "Teams, to which DAGs and keys belong.") { List(session), Set(session), Delete(session) };

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists teams.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var teams = await session.AskAsync(parsed, api => api.ListAsync<Team>(() => $"teams", 10_000, cancellation));
            return session.Print(parsed, teams, teams.Count == 0 ? ["There are no teams."] : Columns.Of([.. teams.Select(team => (string[])[team.Name, Printable.Of(team.Description ?? "")])]));
        });
        return command;
    }

    private static Command Set(Session session)
    {
        var name = NameArgument();
        var description = new Option<string?>("--description") { HelpName = "TEXT", Description = "What it does, or how it is reached." };
        var command = session.Asking("set", "Defines a team.", name, description);
        command.SetAction(async (parsed, cancellation) =>
        {
            var team = await session.AskAsync(parsed, api => api.PutAsync<Team>($"teams/{parsed.GetValue(name)!}", new DefineTeam(parsed.GetValue(description)), cancellation), create: true);
            return session.Print(parsed, team, $"Team {team.Name} is defined.");
        });
        return command;
    }

    private static Command Delete(Session session)
    {
        var name = NameArgument();
        var command = session.Asking("delete", "Removes a team to which nothing belongs.", name);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            await api.DeleteAsync($"teams/{parsed.GetValue(name)!}", cancellation);
            return session.Print(parsed, new TeamDeleted(parsed.GetValue(name)!), $"Team {Printable.Of(parsed.GetValue(name)!)} is removed.");
        });
        return command;
    }

    private static Argument<string> NameArgument() => new("TEAM") { Description = "The team's name." };

    /// <summary>A team is no longer defined.</summary>
    private sealed record TeamDeleted(string Name);
}
