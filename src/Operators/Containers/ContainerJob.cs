using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>One container that does the work of one try: what all backends are asked for, in their own words.</summary>
internal sealed record ContainerJob
{
    /// <summary>What a task may write as JSON to hand it over, where the backend can fetch it.</summary>
    public const string OutputVariable = EnvironmentNames.Own + "OUTPUT";

    /// <summary>Its name, made of the try: the same try has the same container, no other has it. Lower-case letters, digits and <c>-</c>, 32 long.</summary>
    public required string Name { get; init; }

    /// <summary>The image; null where the backend knows one.</summary>
    public required string? Image { get; init; }

    /// <summary>Program and first arguments; empty for the image's entry point.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Arguments; empty for those of the image.</summary>
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Variables by name.</summary>
    public required ImmutableSortedDictionary<string, ContainerVariable> Environment { get; init; }

    /// <summary>Where the program starts; null for the image's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A folder of this machine that is copied into it before it starts; null for none.</summary>
    public string? Files { get; init; }

    /// <summary>What it runs on; image and environment are those above.</summary>
    public required ComputeProfile Compute { get; init; }

    /// <summary>What it belongs to, by name: run, DAG, task, try.</summary>
    public required ImmutableSortedDictionary<string, string> Belongs { get; init; }

    /// <summary>The variable that names the try.</summary>
    public const string AttemptVariable = EnvironmentNames.Own + TaskFacts.Attempt;

    /// <summary>The name of the container of a try.</summary>
    public static string NameOf(string attemptId) => $"updraft-{JobPaths.NameOf(attemptId)}";

    /// <summary>What a task asks for.</summary>
    /// <param name="context">The try.</param>
    /// <param name="fields">The operator's fields.</param>
    /// <param name="manifest">The operator, which says what of a compute profile it honours.</param>
    /// <exception cref="UpdraftException">Something cannot be given, or would show a secret.</exception>
    public static ContainerJob Of(TaskContext context, ContainerFields fields, OperatorManifest manifest)
    {
        foreach (var (_, message) in manifest.Refused(context.Compute)) throw new UpdraftException(OperatorErrors.ContainerUnsupported, message);
        RefuseShownSecrets(context, fields);
        var image = fields.Image ?? context.Compute.Image;
        ImmutableArray<string> line = [image ?? "", .. fields.Command, .. fields.Args];
        if (line.Any(text => text.Contains('\0', StringComparison.Ordinal))) throw new UpdraftException(OperatorErrors.Fields, "image, command or args hold a NUL character, which no process can be handed");
        return new ContainerJob
        {
            Name = NameOf(context.AttemptId),
            Image = image,
            Command = fields.Command,
            Args = fields.Args,
            Environment = Variables(context, fields),
            Compute = context.Compute,
            Belongs = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                KeyValuePair.Create("run", context.Run.RunId), KeyValuePair.Create("dag", context.Run.Dag), KeyValuePair.Create("task", context.TaskId),
                KeyValuePair.Create("try", context.Try.ToString(System.Globalization.CultureInfo.InvariantCulture)), KeyValuePair.Create("attempt", context.AttemptId),
            ]),
        };
    }

    /// <summary>What stands in any field but <c>env</c> is shown to whoever may look at the container.</summary>
    private static void RefuseShownSecrets(TaskContext context, ContainerFields fields)
    {
        foreach (var field in JsonSerializer.SerializeToElement(fields, fields.GetType(), OperatorFields.Options).EnumerateObject())
        {
            if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object && field.Name != "env" && context.HoldsSecret(field.Value.GetRawText()))
                throw new UpdraftException(OperatorErrors.ContainerUnsupported, $"a secret stands in {field.Name}, where whoever sees the container can read it: hand it over in env");
        }
        if (context.HoldsSecret(context.Compute.Image ?? "")) throw new UpdraftException(OperatorErrors.ContainerUnsupported, "a secret stands in the image of the compute profile, where whoever sees the container can read it");
    }

    private static ImmutableSortedDictionary<string, ContainerVariable> Variables(TaskContext context, ContainerFields fields)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, ContainerVariable>(StringComparer.Ordinal);
        foreach (var (where, given) in new[] { ("compute.environment", context.Compute.Environment), ("env", fields.Env) })
        {
            foreach (var (name, value) in given)
            {
                EnvironmentNames.Refuse(name, value, where);
                variables[name] = new(value, context.HoldsSecret(value));
            }
        }
        foreach (var (name, value) in TaskFacts.Of(context)) variables[EnvironmentNames.Own + name] = new(value, IsSecret: false);
        return variables.ToImmutable();
    }
}

/// <summary>The value of a variable, and whether it must be kept where nobody reads it who may only look at the container.</summary>
internal sealed record ContainerVariable(string Value, bool IsSecret);
