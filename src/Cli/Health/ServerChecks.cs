using System.Reflection;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Looks at who answers: a server, or the owner of a data folder.</summary>
internal static class ServerChecks
{
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(30);

    private static string OwnVersion => typeof(UpdraftApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>All findings; those that need an answer are left out where there is none.</summary>
    public static async Task<IReadOnlyList<Finding>> OfAsync(ApiClient api, TimeProvider clock, CancellationToken cancellation)
    {
        var found = new List<Finding>();
        try
        {
            var version = await api.GetAsync<VersionAnswer>($"version", cancellation);
            found.Add(Version(version));
            var who = await api.GetAsync<WhoAmI>($"whoami", cancellation);
            found.Add(Finding.Well("sign-in", $"{who.Name}: {string.Join(", ", who.Grants)}"));
            var asked = clock.GetUtcNow();
            var health = await api.GetAsync<HealthDetails>($"health", cancellation);
            found.Add(Clock(health.At, asked, clock.GetUtcNow()));
            found.AddRange(Health(health, api.Name));
        }
        catch (UpdraftException e)
        {
            found.Add(Finding.Wrong("server", $"{e.Code}: {e.Message}", FixOf(e.Code, api)));
        }
        return found;
    }

    private static Finding Version(VersionAnswer server) => server.Version == OwnVersion
        ? Finding.Well("version", $"{OwnVersion}, as what answers")
        : Finding.Notice("version", $"this is {OwnVersion}, and what answers is {server.Version}", "use the program of the same version");

    private static Finding Clock(DateTimeOffset server, DateTimeOffset asked, DateTimeOffset answered)
    {
        var skew = server < asked ? asked - server : server > answered ? server - answered : TimeSpan.Zero;
        return skew <= MostSkew ? Finding.Well("clock", $"it differs by {Elapsed.Format(skew)}") : Finding.Notice("clock", $"it differs by {Elapsed.Format(skew)} from the server's", "have both set by NTP");
    }

    private static IEnumerable<Finding> Health(HealthDetails health, string name)
    {
        if (!health.Serving) yield return Finding.Notice("serving", $"nothing drives {name}", "start 'updraft serve'");
        if (health.Storage is { } storage) yield return Finding.Wrong("storage", storage, "see to the disk: nothing is stored until it can be");
        foreach (var lane in health.Watchdog?.Lanes ?? [])
        {
            if (lane.Alert is not null) yield return Finding.Wrong("heartbeat", $"lane {lane.Lane} has stopped", "look at the server's output, and start it again");
        }
        foreach (var problem in health.Watchdog?.Problems ?? []) yield return Finding.Notice("watchdog", problem, "see 'updraft alerts'");
        if (health is { Serving: true, Storage: null }) yield return Finding.Well("serving", $"{name} is served");
    }

    private static string FixOf(string code, ApiClient api) => code switch
    {
        ApiErrors.SignInNeeded => $"give a key in {ServerAddress.KeyVariable} or with --key-file; an admin makes one with 'updraft keys create'",
        ApiErrors.Forbidden => "have an admin give the key another role",
        CliErrors.Unreachable => "start the server, or correct the address",
        _ => $"see 'updraft health', and docs/errors.md, about {api.Name}",
    };
}
