using System.Collections.Immutable;
using System.ComponentModel;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Starts an execution of a job of Azure Container Apps.</summary>
[Operator("container_apps_job", Compute = ["cpu", "memory_mb", "image", "environment"])]
[Description("Starts an execution of a job of Azure Container Apps, with image, command, variables and resources of the task in place of the job's own.")]
public sealed class ContainerAppsJobOperator : ContainerOperator<ContainerAppsJobFields>
{
    private readonly TimeProvider _time;

    /// <summary>Creates the operator.</summary>
    /// <param name="time">The clock.</param>
    public ContainerAppsJobOperator(TimeProvider time)
        : base(time) => _time = time;

    /// <summary>Creates the operator on the system's clock.</summary>
    public ContainerAppsJobOperator()
        : this(TimeProvider.System)
    {
    }

    private protected override async Task<IContainerBackend> ConnectAsync(TaskContext context, ContainerAppsJobFields fields, CancellationToken stop)
    {
        var place = await ArmPlace.OfAsync(context, fields.Connection, fields.Subscription, fields.ResourceGroup, location: null, stop);
        return new ContainerAppsJobBackend(place, fields, fields.Files is { } files ? ShareOf(await context.Connect(files, stop), files, context, fields) : null);
    }

    private ContainerShare ShareOf(Connection account, string name, TaskContext context, ContainerAppsJobFields fields)
    {
        var share = fields.Share ?? account.Options.GetValueOrDefault("share") ?? throw new UpdraftException(OperatorErrors.Fields, $"no share is given: set the field, or the option of connection '{name}'");
        return new ContainerShare(ContainerShare.ServiceOf(account, name, _time), ShareNames.Share(share), ContainerJob.NameOf(context.AttemptId));
    }

    private protected override ContainerJob Adapt(ContainerJob job, ContainerAppsJobFields fields)
    {
        foreach (var (name, variable) in job.Environment)
        {
            if (variable.IsSecret) throw new UpdraftException(OperatorErrors.ContainerUnsupported, $"variable {name} holds a secret, which the execution would show: keep it among the secrets of the job '{fields.Job}', and name it in secret_refs");
        }
        foreach (var (name, secret) in fields.SecretRefs) EnvironmentNames.Refuse(name, secret, "secret_refs");
        return job;
    }
}

/// <summary>Fields of <see cref="ContainerAppsJobOperator"/>.</summary>
[RequiredWith("files", "inputs", "artifacts", "share")]
public sealed record ContainerAppsJobFields : ContainerFields, ICheckedFields
{
    /// <summary>Signs in to Azure.</summary>
    [Raw]
    [Description("Name of the connection that signs in to Azure; its options subscription and resource_group hold where a field is not given.")]
    public required string Connection { get; init; }

    /// <summary>Id of the subscription; null for the connection's.</summary>
    [Description("Id of the subscription. Default: that of the connection.")]
    public string? Subscription { get; init; }

    /// <summary>The resource group; null for the connection's.</summary>
    [Description("The resource group. Default: that of the connection.")]
    public string? ResourceGroup { get; init; }

    /// <summary>The job.</summary>
    [Description("Name of the job, which is there already.")]
    public required string Job { get; init; }

    /// <summary>The job's container that is meant; null for its first.</summary>
    [Description("Name of the job's container that the task is about. Default: its first.")]
    public string? Container { get; init; }

    /// <summary>Variables that are secrets of the job.</summary>
    [Description("Environment variables whose values are secrets of the job: names of secrets by names of variables. Default none beside the job's own.")]
    public ImmutableSortedDictionary<string, string> SecretRefs { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The storage account whose share hands files over; null where none are.</summary>
    [Raw]
    [Description("Name of the connection to the files of a storage account, whose share the job mounts at /updraft. Each try has a folder of its own there for its inputs, artifacts and output. Default none: nothing is handed over.")]
    public string? Files { get; init; }

    /// <summary>The share; null for the connection's.</summary>
    [Description("The share that the job mounts at /updraft. Default: the option share of the connection in files.")]
    public string? Share { get; init; }

    internal override ContainerCleanUp Removal => Files is null ? ContainerCleanUp.Never : ContainerCleanUp.Always;

    /// <inheritdoc/>
    public void Check()
    {
        if (HaveFiles && Files is null) throw new UpdraftException(OperatorErrors.Fields, "inputs and artifacts need files: name a connection to the files of a storage account");
    }
}
