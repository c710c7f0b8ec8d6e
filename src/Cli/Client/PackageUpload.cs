using System.Net.Http.Headers;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>Brings a package to the server that needs it. A data folder has what was built in it.</summary>
internal static class PackageUpload
{
    /// <summary>Makes the package of some DAGs, and sends it, unless it is there.</summary>
    /// <param name="api">Who needs it.</param>
    /// <param name="dataFolder">The data folder in which it is built.</param>
    /// <param name="loaded">The DAGs.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Its hash; null for none.</returns>
    public static async Task<string?> SendAsync(ApiClient api, string dataFolder, LoadedDags loaded, Action<string> progress, CancellationToken cancellation)
    {
        if (api.Folder == dataFolder) return await loaded.PackageAsync(dataFolder, (built, stop) => HasAsync(api, built, stop), progress, cancellation);
        var hash = await loaded.PackageAsync(dataFolder, progress, cancellation);
        if (hash is null || await HasAsync(api, hash, cancellation)) return hash;
        var file = Path.Combine(dataFolder, "builds", $"tmp-{Guid.NewGuid():N}.zip");
        try
        {
            await using var archive = File.Create(file);
            await PackageZip.WriteAsync(new PackageFolders(PackageBuilder.PackagesOf(dataFolder)).FolderOf(hash), archive, cancellation);
            progress($"sending package {hash[..12]}, {Sizes.Format(archive.Length)}");
            archive.Position = 0;
            using var content = new StreamContent(archive);
            content.Headers.ContentType = new MediaTypeHeaderValue(PackageZip.MediaType);
            (await api.SendAsync(HttpMethod.Put, $"packages/{hash}", content, cancellation)).Dispose();
            return hash;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<bool> HasAsync(ApiClient api, string hash, CancellationToken cancellation)
    {
        try
        {
            (await api.SendAsync(HttpMethod.Get, $"packages/{hash}", null, cancellation)).Dispose();
            return true;
        }
        catch (UpdraftException e) when (e.Code == ApiErrors.NoPackage)
        {
            return false;
        }
    }
}
