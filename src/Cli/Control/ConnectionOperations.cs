using System.Collections.Immutable;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>What can be asked about connections, as the process knows them that runs the tasks.</summary>
internal static class ConnectionOperations
{
    public static readonly Operation<Nothing, ImmutableArray<ConnectionView>> List = new("connections/list", async (host, _, cancellation) => [.. await host.Services.Connections.ListAsync(cancellation)]);

    public static readonly Operation<ConnectionName, ConnectionWorks> Test = new("connections/test", async (host, request, cancellation) =>
        new ConnectionWorks(request.Name, await ConnectionTests.TryAsync(host.Services.Connections, request.Name, cancellation)));

    public static readonly ImmutableArray<Operation> All = [List, Test];
}

/// <summary>Which connection.</summary>
internal sealed record ConnectionName(string Name);

/// <summary>A connection was tried out, and works.</summary>
/// <param name="Name">Which.</param>
/// <param name="Text">What was done and what came back.</param>
internal sealed record ConnectionWorks(string Name, string Text);
