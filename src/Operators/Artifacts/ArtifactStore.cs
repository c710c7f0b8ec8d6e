using System.Globalization;
using System.Security.Cryptography;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Keeps files and folders that tasks hand over, in blobs beside the outputs of their run, and reads them back by length and checksum.
/// </summary>
/// <param name="blobs">Where they are kept.</param>
/// <param name="expiries">Takes note of times to live; null where nothing is removed before its run.</param>
/// <param name="time">The clock.</param>
/// <param name="maxBytes">Largest artifact.</param>
public sealed class ArtifactStore(IBlobStore blobs, Expiries? expiries, TimeProvider time, long maxBytes)
{
    /// <summary>Stores the file or folder at a path. Nothing is stored unless all of it is.</summary>
    /// <exception cref="UpdraftException">It is not there, too large, or holds links or special files.</exception>
    public async Task<Artifact> WriteAsync(AttemptRequest attempt, string name, string path, TimeSpan? keep, CancellationToken cancellation = default)
    {
        var isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path)) throw new UpdraftException(ArtifactErrors.Missing, $"artifact '{name}' is not there: the task has left neither a file nor a folder at {Path.GetFileName(path)}");
        PlainFile.RefuseLink(isFolder ? new DirectoryInfo(path) : new FileInfo(path));
        // A name of its own, so that a late worker never overwrites what another committed.
        var blob = AttemptPaths.Artifact(attempt, name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        var artifact = new Artifact
        {
            Name = name,
            Blob = blob,
            Folder = isFolder,
            Bytes = 0,
            Sha256 = "",
            Run = attempt.RunId,
            Task = attempt.TaskId,
            Expires = keep is { } lifetime ? time.GetUtcNow() + lifetime : null,
        };
        if (isFolder) await FolderTar.PackAsync(path, Write, cancellation);
        else await using (var content = PlainFile.Open(new FileInfo(path))) await Write(content);
        if (artifact.Expires is { } until && expiries is not null) await expiries.AddAsync(until, new Expiry(blob, IsBlobs: true), cancellation);
        return artifact;

        async Task Write(Stream content)
        {
            await using var checkedContent = new CheckedStream(content, maxBytes, () => TooLarge(name));
            await blobs.WriteAsync(blob, checkedContent, cancellation);
            artifact = artifact with { Bytes = checkedContent.Bytes, Sha256 = checkedContent.Sha256 };
        }
    }

    /// <summary>Puts an artifact at a path, where nothing may be. It is there only when its checksum is right.</summary>
    /// <exception cref="UpdraftException">It has expired, is gone or damaged, or holds what no folder may.</exception>
    public async Task FetchAsync(Artifact artifact, string path, CancellationToken cancellation = default)
    {
        var partial = path + ".part";
        try
        {
            await using (var content = await OpenAsync(artifact, cancellation))
            await using (var checkedContent = new CheckedStream(content, artifact.Bytes, () => Damaged(artifact, $"more than the {artifact.Bytes} bytes that were stored")))
            {
                if (artifact.Folder) await FolderTar.UnpackAsync(checkedContent, partial, cancellation);
                else await using (var file = new FileStream(partial, FileMode.CreateNew)) await checkedContent.CopyToAsync(file, cancellation);
                if (checkedContent.Sha256 != artifact.Sha256) throw Damaged(artifact, $"{checkedContent.Sha256[..16]}");
            }
            Directory.Move(partial, path);
        }
        catch (Exception e)
        {
            if (artifact.Folder && Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
            else File.Delete(partial);
            if (e is InvalidDataException or EndOfStreamException) throw Damaged(artifact, "no folder that can be read");
            throw;
        }
    }

    private async Task<Stream> OpenAsync(Artifact artifact, CancellationToken cancellation)
    {
        if (!AttemptPaths.IsArtifact(artifact.Blob)) throw PlainFile.Refused($"'{artifact.Name}' names a place where no artifact is: hand over what a task has declared as its artifact");
        if (artifact.Expires <= time.GetUtcNow())
        {
            throw Gone(artifact, string.Create(CultureInfo.InvariantCulture, $"has expired at {artifact.Expires:yyyy-MM-dd HH:mm:ss}Z"));
        }
        return await blobs.OpenReadAsync(artifact.Blob, 0, cancellation) ?? throw Gone(artifact, "is gone: the outputs of its run were removed");
    }

    private static FailTaskException Gone(Artifact artifact, string how) =>
        new($"artifact '{artifact.Name}' of task '{artifact.Task}' {how}; clear '{artifact.Task}' of run '{artifact.Run}' to make it again", ArtifactErrors.Gone);

    private static UpdraftException Damaged(Artifact artifact, string found) => new(
        ArtifactErrors.Damaged,
        $"artifact '{artifact.Name}' of task '{artifact.Task}' is damaged: its checksum should begin with {artifact.Sha256[..16]}, and the store has {found}; clear '{artifact.Task}' of run '{artifact.Run}' to make it again");

    private UpdraftException TooLarge(string name) => new(
        ArtifactErrors.TooLarge,
        string.Create(CultureInfo.InvariantCulture, $"artifact '{name}' is larger than {maxBytes >> 20} MB, the most that this host keeps: hand over less, or write it elsewhere and hand over its place"));
}
