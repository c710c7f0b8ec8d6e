using System.Collections.Immutable;
using System.ComponentModel;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Runs a container on this machine through the Docker CLI.</summary>
[Operator("docker", Needs = ["process"], Compute = ["cpu", "memory_mb", "gpu", "image", "environment"])]
[Description("Runs a container on this machine through the Docker CLI, for development.")]
public sealed class DockerOperator(TimeProvider time) : ContainerOperator<DockerFields>(time)
{
    /// <summary>Creates the operator on the system's clock.</summary>
    public DockerOperator()
        : this(TimeProvider.System)
    {
    }

    private protected override Task<IContainerBackend> ConnectAsync(TaskContext context, DockerFields fields, CancellationToken stop) =>
        Task.FromResult<IContainerBackend>(new DockerBackend(fields));

    private protected override ContainerJob Adapt(ContainerJob job, DockerFields fields)
    {
        foreach (var option in fields.Options)
        {
            if (!option.StartsWith("--", StringComparison.Ordinal)) throw new UpdraftException(OperatorErrors.Fields, $"'{option}' in options is no long option of docker run, as --network=host");
        }
        return WithImage(job) with { WorkingDirectory = fields.WorkingDirectory };
    }
}

/// <summary>Fields of <see cref="DockerOperator"/>.</summary>
public sealed record DockerFields : ContainerRunFields
{
    /// <summary>Working directory; null for the image's own.</summary>
    [Description("Working directory in the container. Default: the image's own.")]
    public string? WorkingDirectory { get; init; }

    /// <summary>Further options of <c>docker run</c>.</summary>
    [Description("Further options of docker run, each as --name=value, as in --network=host or --volume=/data:/data:ro. Default none.")]
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>From the polite signal to the kill.</summary>
    [Description("How long the container may take to end when asked to (SIGTERM), before it is killed. Default 10s.")]
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(10);
}
