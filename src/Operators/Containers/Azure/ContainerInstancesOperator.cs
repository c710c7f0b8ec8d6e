using System.ComponentModel;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Runs a container as a container group of Azure Container Instances.</summary>
[Operator("container_instances", Compute = ["cpu", "memory_mb", "image", "environment"])]
[Description("Runs a container on Azure Container Instances: a container group per try.")]
public sealed class ContainerInstancesOperator : ContainerOperator<ContainerInstancesFields>
{
    private readonly TimeProvider _time;

    /// <summary>Creates the operator.</summary>
    /// <param name="time">The clock.</param>
    public ContainerInstancesOperator(TimeProvider time)
        : base(time) => _time = time;

    /// <summary>Creates the operator on the system's clock.</summary>
    public ContainerInstancesOperator()
        : this(TimeProvider.System)
    {
    }

    private protected override async Task<IContainerBackend> ConnectAsync(TaskContext context, ContainerInstancesFields fields, CancellationToken stop)
    {
        var place = await ArmPlace.OfAsync(context, fields.Connection, fields.Subscription, fields.ResourceGroup, fields.Location, stop);
        var registry = fields.Registry is { } images ? await context.Connect(images, stop) : null;
        var account = fields.Files is { } files ? WithKey(await context.Connect(files, stop), files) : null;
        return new ContainerInstancesBackend(place, fields, registry, account, _time);
    }

    private static Connection WithKey(Connection account, string name) => account is { User.Length: > 0, Password.Length: > 0, Token: null, Azure: null }
        ? account
        : throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' needs the storage account as user and its key as password, and nothing else: a container group mounts a share by the key");

    private protected override ContainerJob Adapt(ContainerJob job, ContainerInstancesFields fields) => job.Command.IsEmpty && !job.Args.IsEmpty
        ? throw new UpdraftException(OperatorErrors.ContainerUnsupported, "Azure Container Instances cannot add args to the image's entry point: give the whole line in command")
        : WithImage(job);
}

/// <summary>Fields of <see cref="ContainerInstancesOperator"/>.</summary>
[RequiredWith("files", "inputs", "artifacts")]
public sealed record ContainerInstancesFields : ContainerRunFields, ICheckedFields
{
    /// <summary>Signs in to Azure.</summary>
    [Raw]
    [Description("Name of the connection that signs in to Azure; its options subscription, resource_group and location hold where a field is not given.")]
    public required string Connection { get; init; }

    /// <summary>Id of the subscription; null for the connection's.</summary>
    [Description("Id of the subscription. Default: that of the connection.")]
    public string? Subscription { get; init; }

    /// <summary>The resource group; null for the connection's.</summary>
    [Description("The resource group. Default: that of the connection.")]
    public string? ResourceGroup { get; init; }

    /// <summary>The region; null for the connection's.</summary>
    [Description("The region, as in westeurope. Default: that of the connection.")]
    public string? Location { get; init; }

    /// <summary>Id of the subnet; null for none.</summary>
    [Description("Resource id of the subnet that the container is put into. Default none.")]
    public string? Subnet { get; init; }

    /// <summary>Id of the identity that the container has; null for none.</summary>
    [Description("Resource id of the user-assigned identity that the container has, and by which its image is pulled where the registry's connection has no user. Default none.")]
    public string? Identity { get; init; }

    /// <summary>Where images are pulled from; null for a public registry.</summary>
    [Raw]
    [Description("Name of the connection to the image's registry. Default none: the image is public.")]
    public string? Registry { get; init; }

    /// <summary>The storage account whose shares hand files over; null where none are.</summary>
    [Raw]
    [Description("Name of the connection to the files of a storage account: its url, the account as user, its key as password. Each try has a share of its own there for its inputs, artifacts and output. Default none: nothing is handed over.")]
    public string? Files { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        if (HaveFiles && Files is null) throw new UpdraftException(OperatorErrors.Fields, "inputs and artifacts need files: name a connection to the files of a storage account");
    }
}
