using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Addresses to listen on, as in <c>http://127.0.0.1:8080</c>; port 0 stands for any that is free.</summary>
internal static class ListenAddress
{
    /// <summary>The environment variable that names them.</summary>
    public const string Variable = "UPDRAFT_URLS";

    /// <summary>The address where nothing else is said.</summary>
    public const string Default = "http://127.0.0.1:8080";

    /// <summary>The addresses that a command line means, which are separated by <c>;</c>: the option, else the environment variable, else <see cref="Default"/>.</summary>
    /// <exception cref="UpdraftException"><see cref="CliErrors.Address"/>.</exception>
    public static ImmutableArray<string> Read(string? option)
    {
        var text = option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : Default);
        var urls = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var url in urls) Parse(url);
        return [.. urls];
    }

    /// <summary>Whether only this machine reaches an address.</summary>
    public static bool IsLoopback(string url) => Parse(url).Host is var host && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Has the server listen there.</summary>
    public static void Add(KestrelServerOptions kestrel, string url)
    {
        var address = Parse(url);
        if (address.Host is "*" or "+") kestrel.ListenAnyIP(address.Port);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) kestrel.Listen(ip, address.Port);
        else kestrel.ListenLocalhost(address.Port);
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Scheme == "http" && address.PathBase.Length == 0 && (address.Host is "*" or "+" or "localhost" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _))) return address;
        }
        catch (FormatException)
        {
            // Said below.
        }
        throw new UpdraftException(CliErrors.Address, $"'{Printable.Of(url)}' is no address to listen on: write it as in {Default}, with an IP address, localhost or * (a proxy in front speaks https)");
    }
}
