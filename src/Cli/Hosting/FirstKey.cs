using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Sees to it that somebody can sign in where keys are needed.</summary>
internal static class FirstKey
{
    /// <summary>Makes a key for an admin, and shows it this once, where there has never been any.</summary>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.NobodyCanSignIn"/>: there were keys, and none is taken any more.</exception>
    public static async Task EnsureAsync(LocalHost host, Terminal terminal, CancellationToken cancellation)
    {
        var keys = new ApiKeys(host.Services.Ports.State, host.Clock);
        switch (await keys.AnyAsync(cancellation))
        {
            case KeyState.Active: return;
            case null:
                var made = await keys.CreateAsync(new CreateKey { Name = "first admin", Grants = [new Grant(Role.Admin)] }, Session.User, cancellation);
                terminal.Out.WriteLine("Whoever asks must sign in, and there was no key. This one is for an admin, and is shown this once:");
                terminal.Out.WriteLine();
                terminal.Out.WriteLine($"    {made.Secret}");
                terminal.Out.WriteLine();
                terminal.Out.WriteLine("Send it as 'Authorization: Bearer …', or give it to other commands in UPDRAFT_KEY. Make others with 'updraft keys create'.");
                return;
            default:
                // A key that appears by itself where all were taken back would undo just that.
                throw new UpdraftException(SecurityErrors.NobodyCanSignIn, $"every key of {host.Name} is revoked or expired, so that nobody could sign in: make one with 'updraft keys create NAME --role admin', or listen on loopback alone, without --sign-in");
        }
    }
}
