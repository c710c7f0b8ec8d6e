using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Api;

/// <summary>Code and files of DAGs, by hash: they are sent before the DAG is published that needs them.</summary>
internal static class PackageEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/packages/{hash}", [HttpMethods.Get, HttpMethods.Head], GetAsync).Needs(Role.Author).Tagged();
        api.MapPut("/packages/{hash}", PutAsync).Needs(Role.Author).Takes(PackageZip.MaxBytes, PackageZip.MediaType);
    }

    /// <summary>Refuses a package that is not there.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.NoPackage"/>.</exception>
    public static async Task DemandAsync(string? hash, IPackageStore packages, CancellationToken cancellation)
    {
        if (hash is not null && !await packages.HasAsync(hash, cancellation)) throw new UpdraftException(ApiErrors.NoPackage, $"there is no package {hash}: send it first, as PUT {UpdraftApi.Prefix}/packages/{hash}");
    }

    private static async Task<PackageDescription> GetAsync(string hash, IPackageStore packages, CancellationToken cancellation)
    {
        await DemandAsync(hash, packages, cancellation);
        return (await packages.GetAsync(hash, cancellation)).Description;
    }

    private static async Task<Results<Created<PackageStored>, Ok<PackageStored>>> PutAsync(string hash, HttpRequest request, IPackageStore packages, CancellationToken cancellation)
    {
        var isNew = await packages.AddAsync(hash, request.Body, cancellation);
        var path = $"{UpdraftApi.Prefix}/packages/{hash}";
        return isNew ? TypedResults.Created(path, new PackageStored(hash, true)) : TypedResults.Ok(new PackageStored(hash, false));
    }
}

/// <summary>A package is stored.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Created">False when it was there before.</param>
public sealed record PackageStored(string Hash, bool Created);
