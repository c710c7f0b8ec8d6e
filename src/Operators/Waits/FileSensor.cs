using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Waits for a file of the host, or of a file system that it has mounted.</summary>
[Operator("file", Needs = ["files"])]
[Description("Waits until a file, or any that fits a pattern, is there.")]
public sealed class FileSensor(TimeProvider clock) : SensorOperator<FileWaitFields>
{
    private const int MostListed = 1_000;

    /// <summary>Judges ages by the system's clock.</summary>
    public FileSensor()
        : this(TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Momentary;

    /// <inheritdoc/>
    public override Orchestration.WaitPolicy? PolicyOf(FileWaitFields fields) => fields.Policy;

    /// <inheritdoc/>
    public override Task<PokeResult> PokeAsync(TaskContext context, FileWaitFields fields, JsonElement? state, CancellationToken stop)
    {
        var found = Candidates(fields.Path).Where(file => IsWanted(file, fields)).Take(MostListed).Select(file => new { path = file.FullName, bytes = file.Length }).ToList();
        return Task.FromResult(found.Count >= fields.MinCount ? PokeResult.Met(found) : PokeResult.NotYet());
    }

    /// <summary>The file, or those of its folder that fit where its name has wildcards.</summary>
    private static IEnumerable<FileInfo> Candidates(string path)
    {
        var name = Path.GetFileName(path);
        if (!name.Contains('*', StringComparison.Ordinal) && !name.Contains('?', StringComparison.Ordinal)) return new FileInfo(path) is { Exists: true } file ? [file] : [];
        var folder = new DirectoryInfo(Path.GetDirectoryName(path)!);
        return folder.Exists ? folder.EnumerateFiles(name).OrderBy(each => each.Name, StringComparer.Ordinal) : [];
    }

    private bool IsWanted(FileInfo file, FileWaitFields fields) =>
        file.Length >= fields.MinBytes && (fields.OlderThan is not { } age || clock.GetUtcNow() - file.LastWriteTimeUtc >= age);
}

/// <summary>Fields of <see cref="FileSensor"/>.</summary>
public sealed record FileWaitFields : WaitFields
{
    /// <summary>Full path; the last part may have wildcards.</summary>
    [Description("Full path of the file. The last part may have * and ?.")]
    public required string Path { get; init; }

    /// <summary>Files that must be there.</summary>
    [Description("How many files must be there. Default 1.")]
    public int MinCount { get; init; } = 1;

    /// <summary>Smallest file that counts, in bytes.</summary>
    [Description("Smallest file that counts, in bytes. Default 0.")]
    public long MinBytes { get; init; }

    /// <summary>How long ago it must have been written; null for any time.</summary>
    [Description("How long ago a file must have been written, so that it is not still being written. Default: any time.")]
    public TimeSpan? OlderThan { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (!System.IO.Path.IsPathFullyQualified(Path)) throw new UpdraftException(OperatorErrors.Fields, $"path is '{Path}', and must be a full path");
    }
}
