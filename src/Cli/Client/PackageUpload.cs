using System.Net.Http.Headers;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>Brings a package to the server that needs it. A data folder has what was built in it.</summary>
internal static class PackageUpload
{
    /// <summary>Sends a package, unless it is there.</summary>
    /// <param name="api">Who needs it.</param>
    /// <param name="dataFolder">The data folder in which it was built.</param>
    /// <param name="hash">The package; null for none.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task SendAsync(ApiClient api, string dataFolder, string? hash, Action<string> progress, CancellationToken cancellation)
    {
        if (hash is null || api.Folder == dataFolder || await HasAsync(api, hash, cancellation)) return;
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
