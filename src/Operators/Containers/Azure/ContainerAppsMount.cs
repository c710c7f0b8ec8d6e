using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Whether a job of Container Apps mounts a share where files are handed over. An execution cannot, so it is the job's own definition. Pure.</summary>
internal static class ContainerAppsMount
{
    /// <summary>Refuses a job without the mount.</summary>
    /// <param name="template">The job's template.</param>
    /// <param name="container">The container that is meant; null for the first.</param>
    /// <param name="job">Name of the job, for the message.</param>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.ContainerUnsupported"/>: it has none.</exception>
    public static void Check(JsonElement template, string? container, string job)
    {
        var meant = template.ItemsAt("containers").FirstOrDefault(each => container is null || each.TextAt("name") == container);
        var mount = meant.ItemsAt("volumeMounts").FirstOrDefault(each => each.TextAt("mountPath")?.TrimEnd('/') == ContainerFiles.Folder);
        if (mount.TextAt("subPath") is { Length: > 0 }) throw Refused("mounts a part of a share", "leave out subPath of the volumeMount");
        if (mount.TextAt("volumeName") is not { } volume) throw Refused("mounts nothing", $"add a volume of storageType AzureFile to its template, and a volumeMount of it with mountPath {ContainerFiles.Folder} to the container");
        var type = template.ItemsAt("volumes").FirstOrDefault(each => each.TextAt("name") == volume).TextAt("storageType");
        if (type != "AzureFile") throw Refused($"mounts a volume of storageType {type ?? "EmptyDir"}", "it must be AzureFile");

        UpdraftException Refused(string what, string todo) => new(
            OperatorErrors.ContainerUnsupported, $"container '{meant.TextAt("name")}' of the job '{job}' {what} at {ContainerFiles.Folder}, through which files are handed over: {todo}");
    }
}
