using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Runs a container as a job of a Kubernetes cluster.</summary>
[Operator("kubernetes", Compute = ["cpu", "memory_mb", "gpu", "image", "node_selector", "tolerations", "environment"])]
[Description("Runs a container as a job of a Kubernetes cluster.")]
public sealed class KubernetesOperator : ContainerOperator<KubernetesFields>
{
    private readonly KubernetesHost _host;

    /// <summary>Creates the operator on the system's clock.</summary>
    public KubernetesOperator()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Creates the operator.</summary>
    public KubernetesOperator(TimeProvider time)
        : this(time, new KubernetesHost())
    {
    }

    internal KubernetesOperator(TimeProvider time, KubernetesHost host)
        : base(time) => _host = host;

    private protected override async Task<IContainerBackend> ConnectAsync(TaskContext context, KubernetesFields fields, CancellationToken stop)
    {
        var hasSecrets = fields.Env.Values.Concat(context.Compute.Environment.Values).Any(context.HoldsSecret);
        var access = fields.Connection is { } name ? KubernetesAccess.Of(await context.Connect(name, stop), name) : KubernetesAccess.Around(_host);
        return new KubernetesBackend(access, fields, hasSecrets);
    }

    private protected override ContainerJob Adapt(ContainerJob job, KubernetesFields fields)
    {
        if (fields.Affinity is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) }) throw new UpdraftException(OperatorErrors.Fields, "affinity is an object, as in {nodeAffinity: {…}}");
        return WithImage(job) with { WorkingDirectory = fields.WorkingDirectory };
    }
}
