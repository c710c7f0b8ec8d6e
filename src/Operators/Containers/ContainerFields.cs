using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields that all operators of containers have. What the work runs on is said by the task's compute profile.</summary>
public abstract record ContainerFields
{
    /// <summary>The image; null for that of the compute profile.</summary>
    [Description("The image, as in registry.example.com/app:1.2. Default: the image of the task's compute profile.")]
    public string? Image { get; init; }

    /// <summary>Program and first arguments, instead of the image's entry point; empty for that.</summary>
    [Description("Program and first arguments, instead of the image's entry point. Default: the entry point.")]
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Arguments; empty for those of the image.</summary>
    [Description("Arguments, after the command or entry point. Default: those of the image.")]
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Variables, beside those of the compute profile.</summary>
    [Description("Environment variables, beside those of the task's compute profile; these win. Default none.")]
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>How long it may take to start.</summary>
    [Description("How long the container may take to start: to find room and to pull its image. Default 10m.")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the container finds in <c>$UPDRAFT_INPUTS</c>, by name.</summary>
    [Streams]
    [Description("What the container finds in $UPDRAFT_INPUTS, by name: an artifact of another task as the file or folder it is, the outputs of a mapped task as a file of JSON lines, any other value as a file of JSON. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Files and folders that the container leaves in <c>$UPDRAFT_ARTIFACTS</c> and the task hands over, by name.</summary>
    [Description("Files and folders that the container leaves in $UPDRAFT_ARTIFACTS and the task hands over, by name: a path, or an object with path and keep. Each becomes a member of the output. Default none.")]
    public ImmutableSortedDictionary<string, ArtifactOutput> Artifacts { get; init; } = ImmutableSortedDictionary.Create<string, ArtifactOutput>(StringComparer.Ordinal);

    /// <summary>Whether files are handed to the container, or by it.</summary>
    internal bool HaveFiles => !Inputs.IsEmpty || !Artifacts.IsEmpty;

    /// <summary>When the container, or what was made for it, is removed after its end.</summary>
    internal virtual ContainerCleanUp Removal => ContainerCleanUp.Never;
}

/// <summary>Fields of containers whose backend tells exit codes, and that are removed after their end.</summary>
public abstract record ContainerRunFields : ContainerFields
{
    /// <summary>Exit code that skips the task; null for none.</summary>
    [Description("Exit code by which the container skips its task; null for none. Default 99.")]
    public int? SkipExitCode { get; init; } = 99;

    /// <summary>Exit code that fails without retry; null for none.</summary>
    [Description("Exit code by which the container fails its task without further retries; null for none. Default 98.")]
    public int? FailExitCode { get; init; } = 98;

    /// <summary>When it is removed.</summary>
    [Raw]
    [Description("When the container is removed after its end: always, on_success or never. Default always.")]
    public ContainerCleanUp CleanUp { get; init; } = ContainerCleanUp.Always;

    internal override ContainerCleanUp Removal => CleanUp;
}

/// <summary>When a container that has ended is removed.</summary>
public enum ContainerCleanUp
{
    /// <summary>Whatever its end.</summary>
    Always,

    /// <summary>When it succeeded; else it is left to be looked at.</summary>
    OnSuccess,

    /// <summary>Never by Updraft.</summary>
    Never,
}
