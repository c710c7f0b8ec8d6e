using System.CommandLine;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary><c>updraft keys</c> and <c>updraft whoami</c>.</summary>
internal static class KeyCommands
{
    public static Command Of(Session session) => new("keys", "Keys by which people and programs sign in to a server.") { Create(session), List(session), Revoke(session) };

    public static Command WhoAmI(Session session)
    {
        var command = session.Asking("whoami", "Shows who you are to the server, and what you may.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var who = await session.AskAsync(parsed, api => api.GetAsync<WhoAmI>($"whoami", cancellation));
            return session.Print(parsed, who, $"{Printable.Of(who.Name)}: {string.Join(", ", who.Grants)}");
        });
        return command;
    }

    private static Command Create(Session session)
    {
        var name = new Argument<string>("NAME") { Description = "For whom or what it is, as in 'CI of forecasting'." };
        var role = new Option<string[]>("--role") { HelpName = "ROLE[@TEAM]", Required = true, Description = "What it may: viewer, operator, author or admin; with @TEAM only for that team. May be given several times." };
        var expires = new Option<string?>("--expires") { HelpName = "DURATION|TIME", Description = "From when on it is refused, as in 90d or 2027-01-01. Default: never." };
        var command = session.Asking("create", "Makes a key, and shows it this once.", name, role, expires);
        command.SetAction(async (parsed, cancellation) =>
        {
            var create = new CreateKey { Name = parsed.GetValue(name)!, Grants = [.. parsed.GetValue(role)!.Select(ReadGrant)], ExpiresAt = parsed.GetValue(expires) is { } typed ? Until(typed, session.Terminal.Clock.GetUtcNow()) : null };
            var made = await session.AskAsync(parsed, api => api.PostAsync<KeyCreated>($"keys", create, cancellation), create: true);
            // The secret alone goes to standard output, so that a script can keep it.
            if (!parsed.GetValue(session.Json)) session.Terminal.Error.WriteLine($"Key {made.Key.Id} of {Printable.Of(made.Key.Name)} is made: {string.Join(", ", made.Key.Grants)}. It is shown this once:");
            return session.Print(parsed, made, made.Secret);
        });
        return command;
    }

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists keys, without their secrets.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var keys = await session.AskAsync(parsed, api => api.ListAsync<KeyResource>(() => $"keys", 10_000, cancellation));
            return session.Print(parsed, keys, keys.Count == 0 ? ["There are no keys."] : Columns.Of([["KEY", "NAME", "MAY", "STATE", "EXPIRES", "LAST USED"], .. keys.Select(Row)]));
        });
        return command;
    }

    private static Command Revoke(Session session)
    {
        var key = new Argument<string>("KEY") { Description = "The key's id in 'updraft keys list'." };
        var command = session.Asking("revoke", "Takes a key back: it is refused from now on.", key);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            await api.DeleteAsync($"keys/{parsed.GetValue(key)!}", cancellation);
            return session.Print(parsed, await api.GetAsync<KeyResource>($"keys/{parsed.GetValue(key)!}", cancellation), $"Key {Printable.Of(parsed.GetValue(key)!)} is revoked.");
        });
        return command;
    }

    private static IReadOnlyList<string> Row(KeyResource key) =>
    [
        key.Id, Printable.Of(key.Name), string.Join(", ", key.Grants), key.State.ToString().ToLowerInvariant(),
        key.ExpiresAt is { } expires ? ShowDag.Time(expires) : "never", key.LastUsedOn is { } used ? used.ToString("O", System.Globalization.CultureInfo.InvariantCulture) : "never",
    ];

    private static Grant ReadGrant(string text)
    {
        var parts = text.Split('@', 2);
        var known = Enum.GetNames<Role>().Select(name => name.ToLowerInvariant()).ToList();
        if (!known.Contains(parts[0])) throw new UpdraftException(CliErrors.Role, $"there is no role '{parts[0]}'{Suggestion.For(parts[0], known)}");
        return new Grant(Enum.Parse<Role>(parts[0], ignoreCase: true), parts.Length > 1 ? parts[1] : null);
    }

    private static DateTimeOffset Until(string text, DateTimeOffset now) => Durations.TryParse(text, out var from) ? now + from : TimeArguments.At(text);
}
