using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The values that the templates of an attempt read: those of its run and place at once, the others gathered beforehand.</summary>
internal sealed class AttemptScope(RunRequest run, string reader, string? group, IReadOnlyList<MapPlace> place, int? tryNumber) : ITemplateScope
{
    private readonly Dictionary<TemplateReference, JsonElement> _gathered = [];

    /// <summary>Texts that must not be shown.</summary>
    public List<string> Secrets { get; } = [];

    public void Add(TemplateReference reference, JsonElement value) => _gathered[reference] = value;

    public bool TryGet(TemplateReference reference, out JsonElement value)
    {
        if (_gathered.TryGetValue(reference, out value)) return true;
        if (Known(reference) is not { } known) return false;
        value = known;
        return true;
    }

    /// <summary>The region that a reference to an item, key or index means; null when the reader is not in it.</summary>
    public MapPlace? PlaceOf(string? region)
    {
        if (region is null) return place.Count == 0 ? null : place[^1];
        var id = TaskNames.Resolve(region, group, name => place.Any(at => at.Region == name));
        return place.FirstOrDefault(at => at.Region == id);
    }

    private JsonElement? Known(TemplateReference reference) => reference.Root switch
    {
        TemplateRoot.Params => Member(run.Params, reference.Name),
        TemplateRoot.Conf => Member(run.Conf, reference.Name),
        TemplateRoot.RunId => Text(run.RunId),
        TemplateRoot.RunDag => Text(run.Dag),
        TemplateRoot.RunTriggeredBy => Given(run.TriggeredBy),
        TemplateRoot.RunLabels when reference.Name is not { } => JsonSerializer.SerializeToElement(run.Labels),
        TemplateRoot.RunLabels => run.Labels.TryGetValue(reference.Name!, out var label) ? Text(label) : null,
        TemplateRoot.RunBusinessKey => Given(run.BusinessKey),
        TemplateRoot.RunNote => Given(run.Note),
        TemplateRoot.RunDatasetEvents => JsonSerializer.SerializeToElement(run.DatasetEvents),
        TemplateRoot.RunPrevious => Given(run.Previous),
        TemplateRoot.Partition => Given(run.Partition),
        TemplateRoot.About => run.About is { } about ? Member(about, reference.Name) : null,
        TemplateRoot.TaskId => Text(reader),
        TemplateRoot.TaskTry => tryNumber is { } number ? JsonSerializer.SerializeToElement(number) : null,
        TemplateRoot.LogicalDate => Text(Instants.Format(run.LogicalDate)),
        TemplateRoot.DataIntervalStart => Text(Instants.Format(run.DataIntervalStart)),
        TemplateRoot.DataIntervalEnd => Text(Instants.Format(run.DataIntervalEnd)),
        TemplateRoot.Key => PlaceOf(reference.Name) is { } at ? Text(at.Key) : null,
        TemplateRoot.Index => PlaceOf(reference.Name) is { } at ? JsonSerializer.SerializeToElement(at.Slot) : null,
        _ => null,
    };

    private static JsonElement? Member(JsonElement value, string? name)
    {
        if (name is null) return value;
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
    }

    private static JsonElement? Given(string? value) => value is null ? null : Text(value);

    private static JsonElement Text(string value) => JsonSerializer.SerializeToElement(value);
}
