using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What is made in a cluster for a container: a job, and a secret where variables of it are secret. API batch/v1 and v1.</summary>
internal static class KubernetesManifests
{
    /// <summary>The container of the pod that does the work.</summary>
    public const string Container = "main";

    /// <summary>The label that finds the pods of a try.</summary>
    public const string AttemptLabel = "updraft/attempt";

    /// <summary>What a container writes here, up to 4 KB, the cluster keeps with the pod.</summary>
    public const string TerminationFile = "/dev/termination-log";

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The job: one pod, never restarted.</summary>
    public static byte[] Job(ContainerJob job, KubernetesFields fields)
    {
        var labels = fields.Labels.SetItem("app.kubernetes.io/managed-by", "updraft").SetItem(AttemptLabel, job.Name);
        var annotations = fields.Annotations.SetItems(job.Belongs.Select(part => KeyValuePair.Create($"updraft/{part.Key}", part.Value)));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            apiVersion = "batch/v1",
            kind = "Job",
            metadata = new { name = job.Name, labels, annotations },
            spec = new
            {
                backoffLimit = 0,
                completions = 1,
                parallelism = 1,
                ttlSecondsAfterFinished = (int)fields.Ttl.TotalSeconds,
                template = new { metadata = new { labels, annotations }, spec = Pod(job, fields) },
            },
        }, Options);
    }

    /// <summary>The secret that holds the job's secret variables.</summary>
    /// <param name="job">The job.</param>
    /// <param name="owner">The job's uid, with which the secret goes; null while there is no job.</param>
    public static byte[] Secret(ContainerJob job, string? owner) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        apiVersion = "v1",
        kind = "Secret",
        type = "Opaque",
        metadata = new
        {
            name = job.Name,
            labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "updraft", [AttemptLabel] = job.Name },
            ownerReferences = owner is null ? null : new[] { new { apiVersion = "batch/v1", kind = "Job", name = job.Name, uid = owner } },
        },
        stringData = job.Environment.Where(variable => variable.Value.IsSecret).ToDictionary(variable => variable.Key, variable => variable.Value.Value),
    }, Options);

    private static object Pod(ContainerJob job, KubernetesFields fields) => new
    {
        restartPolicy = "Never",
        serviceAccountName = fields.ServiceAccount,
        imagePullSecrets = fields.ImagePullSecrets.IsEmpty ? null : fields.ImagePullSecrets.Select(name => new { name }),
        nodeSelector = job.Compute.NodeSelector.IsEmpty ? null : job.Compute.NodeSelector,
        tolerations = job.Compute.Tolerations.IsEmpty ? null : job.Compute.Tolerations.Select(Toleration),
        affinity = fields.Affinity,
        priorityClassName = fields.PriorityClass,
        terminationGracePeriodSeconds = (int)Math.Ceiling(fields.KillGrace.TotalSeconds),
        containers = Containers(job, fields),
        initContainers = fields.HaveFiles ? new[] { KubernetesVolume.InputsContainer(fields) } : null,
        volumes = fields.HaveFiles ? new[] { KubernetesVolume.Volume } : null,
    };

    private static IEnumerable<object> Containers(ContainerJob job, KubernetesFields fields)
    {
        yield return new
        {
            name = Container,
            image = job.Image,
            command = Texts(job.Command),
            args = Texts(job.Args),
            workingDir = job.WorkingDirectory,
            env = job.Environment.Select(variable => Variable(job, variable.Key, variable.Value)),
            resources = Resources(job.Compute, fields),
            terminationMessagePath = TerminationFile,
            terminationMessagePolicy = "File",
            volumeMounts = fields.HaveFiles ? new[] { KubernetesVolume.Mount } : null,
        };
        if (!fields.Artifacts.IsEmpty) yield return KubernetesVolume.ArtifactsContainer(fields);
    }

    private static object Variable(ContainerJob job, string name, ContainerVariable variable) => variable.IsSecret
        ? new { name, valueFrom = new { secretKeyRef = new { name = job.Name, key = name } } }
        : new { name, value = Literal(variable.Value) };

    /// <summary>Memory is a bound, since what exceeds it takes it from others; of processors, a pod may use what is idle.</summary>
    private static object? Resources(ComputeProfile compute, KubernetesFields fields)
    {
        var requests = new Dictionary<string, string>();
        var limits = new Dictionary<string, string>();
        if (compute.Cpu is { } cpu) requests["cpu"] = FormattableString.Invariant($"{Math.Max(1, (long)Math.Round(cpu * 1000))}m");
        if (compute.MemoryMb is { } memory) requests["memory"] = limits["memory"] = FormattableString.Invariant($"{memory}Mi");
        if (compute.Gpu is > 0 and var gpus) limits[fields.GpuResource] = FormattableString.Invariant($"{gpus}");
        return requests.Count + limits.Count == 0 ? null : new { requests = requests.Count == 0 ? null : requests, limits = limits.Count == 0 ? null : limits };
    }

    /// <summary>From <c>key=value:Effect</c>, where value and effect may be left out.</summary>
    private static object Toleration(string text)
    {
        var (taint, effect) = text.LastIndexOf(':') is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, null);
        if (effect is not (null or "NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            throw new UpdraftException(OperatorErrors.Fields, $"the toleration '{text}' has the effect '{effect}', and may have NoSchedule, PreferNoSchedule or NoExecute, as in gpu=true:NoSchedule");
        var (key, value) = taint.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equal ? (taint[..equal], taint[(equal + 1)..]) : (taint, null);
        return new { key = key.Length == 0 ? null : key, @operator = value is null ? "Exists" : "Equal", value, effect };
    }

    private static IEnumerable<string>? Texts(ImmutableArray<string> texts) => texts.IsEmpty ? null : texts.Select(Literal);

    // Kubernetes replaces $(NAME) in commands and variables; doubled, a dollar is one.
    internal static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
