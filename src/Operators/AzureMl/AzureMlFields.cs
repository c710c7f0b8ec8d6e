using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="AzureMlOperator"/>. Exactly one of <see cref="Command"/>, <see cref="Jobs"/> and <see cref="Component"/> is given.</summary>
[ExactlyOne("command", "jobs", "component")]
public sealed record AzureMlFields
{
    /// <summary>How to sign in, and which workspace is meant.</summary>
    [Raw]
    [Description("Name of the connection that signs in; its options subscription, resource_group and workspace say which workspace is meant.")]
    public required string Connection { get; init; }

    /// <summary>The command of a command job; null for a pipeline. Its braces are Azure ML's.</summary>
    [Raw]
    [Description("Command of a command job, taken as it is: values come in as ${{inputs.NAME}}. Default: a pipeline.")]
    public string? Command { get; init; }

    /// <summary>The jobs of a pipeline; null for a command. Their braces are Azure ML's.</summary>
    [Raw]
    [Description("Jobs of a pipeline by name, as the REST API has them, taken as they are. Default: none.")]
    public JsonElement? Jobs { get; init; }

    /// <summary>A pipeline component; null for a command or jobs.</summary>
    [Description("Id of a pipeline component, instead of jobs. Default: none.")]
    public string? Component { get; init; }

    /// <summary>Environment of a command; null only for pipelines.</summary>
    [Description("Environment of a command: NAME:VERSION of the workspace, or a whole id. Needed for a command.")]
    public string? Environment { get; init; }

    /// <summary>Where it runs; null for serverless compute, or a pipeline's own.</summary>
    [Description("Compute: a name in the workspace, or a whole id. Default: serverless compute, or what a pipeline's jobs say.")]
    public string? Compute { get; init; }

    /// <summary>Code that goes with a command; null for none.</summary>
    [Description("Code that goes with a command: NAME:VERSION of the workspace, or a whole id. Default none.")]
    public string? Code { get; init; }

    /// <summary>Inputs: text is a literal.</summary>
    [Description("Inputs by name: a text or number is a literal, an object is as the REST API has it, as in { jobInputType: uri_folder, uri: \"azureml://…\" }. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Outputs.</summary>
    [Description("Outputs by name, as the REST API has them. Default none.")]
    public ImmutableSortedDictionary<string, JsonElement> Outputs { get; init; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Environment variables of a command.</summary>
    [Description("Environment variables of a command. Default none.")]
    public ImmutableSortedDictionary<string, string> EnvironmentVariables { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Size of the machines; null for the compute's.</summary>
    [Description("Size of the machines, on serverless compute. Default: the service's choice.")]
    public string? InstanceType { get; init; }

    /// <summary>How many machines; null for the service's choice.</summary>
    [Description("How many machines. Default: the service's choice, which is 1.")]
    public int? InstanceCount { get; init; }

    /// <summary>How a command is spread over machines; null for not at all.</summary>
    [Description("How a command is spread over machines, as in { distributionType: PyTorch, processCountPerInstance: 4 }. Default none.")]
    public JsonElement? Distribution { get; init; }

    /// <summary>Settings of a pipeline; null for none.</summary>
    [Description("Settings of a pipeline, as in { defaultCompute: cpu }. Default none.")]
    public JsonElement? Settings { get; init; }

    /// <summary>Whose rights it has; null for the compute's.</summary>
    [Description("Identity of the job, as in { identityType: Managed }. Default: the compute's.")]
    public JsonElement? Identity { get; init; }

    /// <summary>Experiment; null for the DAG's name.</summary>
    [Description("Experiment that the job is shown under. Default: the DAG's name.")]
    public string? Experiment { get; init; }

    /// <summary>Title; null for the task's id.</summary>
    [Description("Title of the job. Default: DAG and task.")]
    public string? DisplayName { get; init; }

    /// <summary>Tags.</summary>
    [Description("Tags. Default none.")]
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Bound of a command at Azure ML; null for none.</summary>
    [Description("When Azure ML itself ends a command. Default: never; the task's timeout counts anyway.")]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Version of the API.</summary>
    [Raw]
    [Description("Version of the REST API. Default 2024-10-01.")]
    public string ApiVersion { get; init; } = "2024-10-01";
}
