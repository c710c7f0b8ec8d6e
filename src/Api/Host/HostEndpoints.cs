using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The installation itself.</summary>
internal static class HostEndpoints
{
    private static readonly string Version = typeof(HostEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/version", (IApiHost host) => new VersionAnswer(Version, host.Name)).Needs(Role.Viewer);
        api.MapPost("/retention", RetainAsync).Needs(Role.Admin);
        api.MapPost("/backup", BackupAsync).Needs(Role.Admin);
    }

    private static Task<RetentionReport> RetainAsync(RetentionRequest asked, Access access, IApiHost host, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Admin);
        return host.RetainAsync(asked.Policy, cancellation);
    }

    private static Task<BackupMade> BackupAsync(BackupRequest asked, HttpContext context, Access access, IApiHost host, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Admin);
        // It writes wherever it is told on the server's disk.
        return context.Features.Get<ITrustedConnection>() is not null ? host.BackupAsync(asked.Folder, cancellation)
            : throw new UpdraftException(ApiErrors.OwnerOnly, "a backup is written to the server's disk: make it there, with 'updraft backup --data'");
    }
}

/// <summary>What answers.</summary>
/// <param name="Version">The version of Updraft.</param>
/// <param name="Host">What is served, as a data folder.</param>
public sealed record VersionAnswer(string Version, string Host);

/// <summary>A pass of retention.</summary>
/// <param name="Policy">What is kept; null for the host's own policy.</param>
public sealed record RetentionRequest(RetentionPolicy? Policy = null);

/// <summary>Where a backup is wanted.</summary>
/// <param name="Folder">Full path of a folder of the server that is empty or not there.</param>
public sealed record BackupRequest(string Folder);
