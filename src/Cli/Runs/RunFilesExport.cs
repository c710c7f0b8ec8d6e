using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Puts the files that a run left into a folder under the names that its tasks gave them, for people and their programs.</summary>
internal static class RunFilesExport
{
    /// <summary>Where the files of a run are put.</summary>
    public static string FolderOf(DataFolder data, string runId) => Path.Combine(data.Folder, "outputs", DocumentPath.Of(runId).TrimEnd('/'));

    /// <summary>Exports the files of a run, and returns their paths; nothing is made when it left none.</summary>
    public static async Task<IReadOnlyList<string>> ExportAsync(DataFolder data, string runId, CancellationToken cancellation)
    {
        var files = await FilesAsync(data, runId, cancellation);
        foreach (var (blob, path) in files)
        {
            if (await data.Blobs.OpenReadAsync(blob, 0, cancellation) is not { } content) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (content)
            await using (var file = File.Create(path)) await content.CopyToAsync(file, cancellation);
        }
        return [.. files.Select(file => file.Path)];
    }

    /// <summary>Where the files of a run are put, without doing it.</summary>
    public static async Task<IReadOnlyList<string>> PathsAsync(DataFolder data, string runId, CancellationToken cancellation) =>
        [.. (await FilesAsync(data, runId, cancellation)).Select(file => file.Path)];

    // Names stay as they were encoded, so that none can lead out of the folder.
    private static async Task<List<(string Blob, string Path)>> FilesAsync(DataFolder data, string runId, CancellationToken cancellation)
    {
        var prefix = RunFiles.Prefix(runId);
        return await data.Blobs.ListAsync(prefix, cancellation).Select(blob => (blob, Path.Combine(FolderOf(data, runId), blob[prefix.Length..].TrimEnd('/')))).ToListAsync(cancellation);
    }
}
