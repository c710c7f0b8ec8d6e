using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Gathers the values that templates read, before they are evaluated.</summary>
internal sealed class AttemptValues(AttemptServices services)
{
    private readonly MapItems _items = new(services.Blobs);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);

    /// <summary>Who reads: the task or map, where it stands, and the outputs it was handed.</summary>
    public sealed record Reader(
        DagSpec Dag, RunRequest Run, string Id, string? Group, ImmutableArray<MapPlace> Place, ImmutableSortedDictionary<string, OutputRef> Inputs, int? Try);

    /// <summary>The scope in which templates with these references can be evaluated.</summary>
    /// <exception cref="UpdraftException">A secret is unknown, or what is stored cannot be read.</exception>
    public async Task<AttemptScope> GatherAsync(Reader reader, IEnumerable<TemplateReference> references, CancellationToken cancellation)
    {
        var scope = new AttemptScope(reader.Run, reader.Id, reader.Group, reader.Place, reader.Try);
        foreach (var reference in references)
        {
            if (await ValueAsync(reader, scope, reference, cancellation) is { } value) scope.Add(reference, value);
        }
        return scope;
    }

    private async Task<JsonElement?> ValueAsync(Reader reader, AttemptScope scope, TemplateReference reference, CancellationToken cancellation)
    {
        switch (reference.Root)
        {
            case TemplateRoot.Secret:
                return JsonSerializer.SerializeToElement(await SecretAsync(reference.Name!, scope, cancellation));
            case TemplateRoot.Variable:
                return (await services.Variables.GetAsync(reference.Name!, cancellation))?.Value;
            case TemplateRoot.Item:
                return scope.PlaceOf(reference.Name) is { } place ? (await _items.ReadAsync(place, cancellation)).Item : null;
            case TemplateRoot.Output or TemplateRoot.Outputs or TemplateRoot.InstanceOutput:
                return OutputReferences.Resolve(reference, reader.Group, id => reader.Dag.Tasks.Any(task => task.Id == id)) is { } output
                    ? await OutputAsync(reader, output, cancellation)
                    : null;
            default:
                return null;
        }
    }

    private async Task<JsonElement?> OutputAsync(Reader reader, OutputReference output, CancellationToken cancellation)
    {
        if (output.Form == OutputForm.All)
        {
            return await _outputs.ReadAllAsync(output.TaskId, services.Inputs.OutputsAsync(reader.Run.RunId, output.TaskId, reader.Place, cancellation), cancellation);
        }
        var stored = output.Form == OutputForm.Single
            ? reader.Inputs.GetValueOrDefault(output.TaskId)
            : await services.Inputs.OutputOfAsync(reader.Run.RunId, output.TaskId, reader.Place, output.Key!, cancellation);
        return stored is null ? null : await _outputs.ReadAsync(stored, cancellation);
    }

    private async Task<string> SecretAsync(string name, AttemptScope scope, CancellationToken cancellation)
    {
        var secret = await services.Secrets.GetAsync(name, cancellation)
            ?? throw new UpdraftException(OperatorErrors.Secret, $"secret '{name}' is not known to this host: set it where the task runs");
        scope.Secrets.Add(secret);
        return secret;
    }
}
