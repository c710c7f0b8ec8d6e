using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="KubernetesOperator"/>.</summary>
public sealed record KubernetesFields : ContainerRunFields
{
    /// <summary>The cluster; null for the one around, or that of kubectl.</summary>
    [Raw]
    [Description("Name of the connection to the cluster. Default: the cluster that Updraft runs in, else that of kubectl.")]
    public string? Connection { get; init; }

    /// <summary>The namespace; null for the connection's.</summary>
    [Description("The namespace. Default: that of the connection, else default.")]
    public string? Namespace { get; init; }

    /// <summary>Working directory; null for the image's own.</summary>
    [Description("Working directory in the container. Default: the image's own.")]
    public string? WorkingDirectory { get; init; }

    /// <summary>The pod's service account; null for the namespace's default.</summary>
    [Description("The pod's service account. Default: the namespace's own.")]
    public string? ServiceAccount { get; init; }

    /// <summary>Names of secrets to pull images with.</summary>
    [Description("Names of the secrets by which images are pulled. Default none.")]
    public ImmutableArray<string> ImagePullSecrets { get; init; } = [];

    /// <summary>Labels of job and pod.</summary>
    [Description("Labels of the job and its pod. Default none beside Updraft's own.")]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Annotations of job and pod.</summary>
    [Description("Annotations of the job and its pod. Default none beside Updraft's own.")]
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The pod's affinity, as Kubernetes writes it; null for none.</summary>
    [Description("The pod's affinity, as Kubernetes writes it: nodeAffinity, podAffinity, podAntiAffinity. Default none.")]
    public JsonElement? Affinity { get; init; }

    /// <summary>The pod's priority class; null for the cluster's default.</summary>
    [Description("The pod's priority class. Default: the cluster's own.")]
    public string? PriorityClass { get; init; }

    /// <summary>What graphics processors are called in the cluster.</summary>
    [Description("What graphics processors are called in the cluster. Default nvidia.com/gpu.")]
    public string GpuResource { get; init; } = "nvidia.com/gpu";

    /// <summary>Image of the containers that hand files over.</summary>
    [Description("Image of the containers that hand inputs and artifacts over: any with a shell, head and tar. Default docker.io/library/busybox:1.37.0.")]
    public string FilesImage { get; init; } = "docker.io/library/busybox:1.37.0";

    /// <summary>From the polite signal to the kill.</summary>
    [Description("How long the pod may take to end when asked to (SIGTERM), before it is killed. Default 30s.")]
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the cluster keeps a job that has ended.</summary>
    [Description("How long the cluster keeps a job that has ended and that nothing has removed. Default 1d.")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromDays(1);
}
