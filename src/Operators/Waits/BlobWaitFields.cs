using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="BlobSensor"/>.</summary>
[ExactlyOne("path", "prefix")]
public sealed record BlobWaitFields : WaitFields
{
    /// <summary>The storage account.</summary>
    [Raw]
    [Description("Name of the connection to the storage account, as in https://account.blob.core.windows.net.")]
    public required string Connection { get; init; }

    /// <summary>The container.</summary>
    [Description("The container.")]
    public required string Container { get; init; }

    /// <summary>The blob; null where there is a prefix.</summary>
    [Description("Name of the blob. Either this or prefix.")]
    public string? Path { get; init; }

    /// <summary>What the blobs' names begin with; null where there is a path.</summary>
    [Description("What the names of the blobs begin with, as in landing/2026-01-01/. Either this or path.")]
    public string? Prefix { get; init; }

    /// <summary>Blobs that must be there.</summary>
    [Description("How many blobs of the prefix must be there. Default 1.")]
    public int MinCount { get; init; } = 1;

    /// <summary>Smallest blob that counts, in bytes.</summary>
    [Description("Smallest blob that counts, in bytes. Default 0.")]
    public long MinBytes { get; init; }

    /// <summary>How long ago the newest must have been written; null for any time.</summary>
    [Description("How long ago the newest of them must have been written, so that they are not still being written. Default: any time.")]
    public TimeSpan? OlderThan { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        var problem = this switch
        {
            { Path: { } path } when path.Length == 0 || path[0] == '/' => $"path is '{path}', and a blob's name begins with no '/'",
            { MinCount: < 1 } => "min_count is 1 or more",
            _ => null,
        };
        if (problem is not null) throw new Dags.UpdraftException(OperatorErrors.Fields, problem);
    }
}
