using System.Net;
using System.Net.Sockets;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Which addresses calls may go to. Link-local and metadata addresses are always refused, private and loopback ones by configuration. An address
/// is checked when the connection is made, after its name was resolved, and so on each redirect: a name cannot change its meaning in between.
/// </summary>
internal static class SafeAddresses
{
    /// <summary>The environment variable that, set to <c>refuse</c>, also forbids private and loopback addresses.</summary>
    public const string Variable = "UPDRAFT_HTTP_PRIVATE";

    // Metadata services that are not link-local: Azure's wire server, Alibaba's, AWS over IPv6.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254")];

    private static readonly (IPNetwork Network, string What)[] Private =
    [
        (IPNetwork.Parse("10.0.0.0/8"), "private"), (IPNetwork.Parse("172.16.0.0/12"), "private"), (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "private"), (IPNetwork.Parse("fc00::/7"), "private"), (IPNetwork.Parse("127.0.0.0/8"), "loopback"), (IPNetwork.Parse("::1/128"), "loopback"),
    ];

    private static readonly (IPNetwork Network, string What)[] Always =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"), (IPNetwork.Parse("fe80::/10"), "link-local"), (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("::/128"), "unspecified"), (IPNetwork.Parse("224.0.0.0/4"), "multicast"), (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    /// <summary>Connects to the first address of a name that may be called.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Address"/>.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(end.Host, cancellation);
        foreach (var address in addresses)
        {
            if (Refusal(address) is { } why) throw new UpdraftException(OperatorErrors.Address, $"'{end.Host}' is the {why} address {address}, which may not be called");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Why an address may not be called; null when it may.</summary>
    public static string? Refusal(IPAddress address) => Refusal(address, Environment.GetEnvironmentVariable(Variable) == "refuse");

    internal static string? Refusal(IPAddress address, bool refusePrivate)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Metadata.Contains(real)) return "metadata";
        return Always.Concat(refusePrivate ? Private : []).FirstOrDefault(range => range.Network.Contains(real)).What;
    }
}
