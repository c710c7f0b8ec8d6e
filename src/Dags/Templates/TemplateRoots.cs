using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>The names with which a path may begin, and what of the path they take.</summary>
internal static class TemplateRoots
{
    /// <summary>The date of the run, which is its logical date in a shorter form.</summary>
    public const string Date = "ds";

    private delegate (TemplateReference Reference, int Taken) Reader(ReadOnlySpan<PathStep> path, int position);

    private static readonly ImmutableSortedDictionary<string, Reader> Readers = new Dictionary<string, Reader>
    {
        ["params"] = (path, _) => Named(TemplateRoot.Params, path, 0),
        ["conf"] = (path, _) => Named(TemplateRoot.Conf, path, 0),
        ["secrets"] = (path, position) => Named(TemplateRoot.Secret, path, 0) is (_, 1) named ? named : throw Expected("secrets.NAME", position),
        ["var"] = (path, position) => Named(TemplateRoot.Variable, path, 0) is (_, 1) named ? named : throw Expected("var.NAME", position),
        ["tasks"] = ReadTask,
        ["map"] = ReadMap,
        ["run"] = (path, position) => Member(path) switch
        {
            "id" => (new(TemplateRoot.RunId), 1),
            "dag" => (new(TemplateRoot.RunDag), 1),
            "triggered_by" => (new(TemplateRoot.RunTriggeredBy), 1),
            "labels" => Named(TemplateRoot.RunLabels, path, 1),
            "business_key" => (new(TemplateRoot.RunBusinessKey), 1),
            "note" => (new(TemplateRoot.RunNote), 1),
            "dataset_events" => (new(TemplateRoot.RunDatasetEvents), 1),
            "previous" => (new(TemplateRoot.RunPrevious), 1),
            _ => throw Expected("run.id, run.dag, run.triggered_by, run.labels, run.business_key, run.note, run.dataset_events or run.previous", position),
        },
        ["task"] = (path, position) => Member(path) switch
        {
            "id" => (new(TemplateRoot.TaskId), 1),
            "try" => (new(TemplateRoot.TaskTry), 1),
            _ => throw Expected("task.id or task.try", position),
        },
        ["data_interval"] = (path, position) => Member(path) switch
        {
            "start" => (new(TemplateRoot.DataIntervalStart), 1),
            "end" => (new(TemplateRoot.DataIntervalEnd), 1),
            _ => throw Expected("data_interval.start or data_interval.end", position),
        },
        ["logical_date"] = (_, _) => (new(TemplateRoot.LogicalDate), 0),
        [Date] = (_, _) => (new(TemplateRoot.LogicalDate), 0),
        ["partition"] = (_, _) => (new(TemplateRoot.Partition), 0),
        ["about"] = (path, _) => Named(TemplateRoot.About, path, 0),
        ["item"] = (_, _) => (new(TemplateRoot.Item), 0),
        ["key"] = (_, _) => (new(TemplateRoot.Key), 0),
        ["index"] = (_, _) => (new(TemplateRoot.Index), 0),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>All roots, in alphabetical order.</summary>
    public static IEnumerable<string> Names => Readers.Keys;

    /// <summary>Reads the reference at the beginning of a path, and how many of its steps belong to it.</summary>
    public static (TemplateReference Reference, int Taken) Read(string root, ReadOnlySpan<PathStep> path, int position) =>
        Readers.TryGetValue(root, out var reader)
            ? reader(path, position)
            : throw new TemplateException(TemplateErrors.UnknownName, $"there is no root '{root}'; the roots are {string.Join(", ", Names)}", position);

    public static string Write(TemplateReference reference) => reference.Root switch
    {
        TemplateRoot.Params => "params" + Step(reference.Name),
        TemplateRoot.Conf => "conf" + Step(reference.Name),
        TemplateRoot.Output => $"tasks{Step(reference.Name)}.output",
        TemplateRoot.Outputs => $"tasks{Step(reference.Name)}.outputs",
        TemplateRoot.InstanceOutput => $"tasks{Step(reference.Name)}[{Quote(reference.Key!)}].output",
        TemplateRoot.RunId => "run.id",
        TemplateRoot.RunDag => "run.dag",
        TemplateRoot.RunTriggeredBy => "run.triggered_by",
        TemplateRoot.RunLabels => "run.labels" + Step(reference.Name),
        TemplateRoot.RunBusinessKey => "run.business_key",
        TemplateRoot.RunNote => "run.note",
        TemplateRoot.RunDatasetEvents => "run.dataset_events",
        TemplateRoot.RunPrevious => "run.previous",
        TemplateRoot.TaskId => "task.id",
        TemplateRoot.TaskTry => "task.try",
        TemplateRoot.LogicalDate => "logical_date",
        TemplateRoot.DataIntervalStart => "data_interval.start",
        TemplateRoot.DataIntervalEnd => "data_interval.end",
        TemplateRoot.Partition => "partition",
        TemplateRoot.About => "about" + Step(reference.Name),
        TemplateRoot.Item => Region(reference.Name) + "item",
        TemplateRoot.Key => Region(reference.Name) + "key",
        TemplateRoot.Index => Region(reference.Name) + "index",
        TemplateRoot.Variable => "var" + Step(reference.Name),
        _ => "secrets" + Step(reference.Name),
    };

    // A dotted id is written without quotes too: it ends at the first member named output or outputs.
    private static (TemplateReference, int) ReadTask(ReadOnlySpan<PathStep> path, int position)
    {
        var (id, at) = TakeId(path, static step => step.IsDotted("output") || step.IsDotted("outputs"));
        var key = at < path.Length && path[at].Bracketed ? path[at].Name ?? Number(path[at].Index) : null;
        var form = at + (key is null ? 0 : 1);
        if (id is not null && form < path.Length)
        {
            if (path[form].IsDotted("output")) return (new(key is null ? TemplateRoot.Output : TemplateRoot.InstanceOutput, id, key), form + 1);
            if (path[form].IsDotted("outputs") && key is null) return (new(TemplateRoot.Outputs, id), form + 1);
        }
        throw Expected("tasks.ID.output, tasks.ID.outputs or tasks.ID['KEY'].output", position);
    }

    private static (TemplateReference, int) ReadMap(ReadOnlySpan<PathStep> path, int position)
    {
        var (id, at) = TakeId(path, static step => step.IsDotted("item") || step.IsDotted("key") || step.IsDotted("index"));
        return (id is null ? null : Member(path[at..])) switch
        {
            "item" => (new(TemplateRoot.Item, id), at + 1),
            "key" => (new(TemplateRoot.Key, id), at + 1),
            "index" => (new(TemplateRoot.Index, id), at + 1),
            _ => throw Expected("map.REGION.item, map.REGION.key or map.REGION.index", position),
        };
    }

    private static (string? Id, int Taken) TakeId(ReadOnlySpan<PathStep> path, Func<PathStep, bool> ends)
    {
        if (path is [] or [{ Name: null }, ..]) return (null, 0);
        if (path[0].Bracketed) return (path[0].Name, 1);
        var id = path[0].Name!;
        var at = 1;
        for (; at < path.Length && !path[at].Bracketed && !ends(path[at]); at++) id += "." + path[at].Name;
        return (id, at);
    }

    private static (TemplateReference, int) Named(TemplateRoot root, ReadOnlySpan<PathStep> path, int at) =>
        at < path.Length && path[at].Name is { } name ? (new(root, name), at + 1) : (new(root), at);

    private static string? Member(ReadOnlySpan<PathStep> path) => path is [{ Name: { } name }, ..] ? name : null;

    private static string Step(string? name) => name switch
    {
        null => "",
        _ when IsPlain(name) => "." + name,
        _ => $"[{Quote(name)}]",
    };

    private static string Region(string? name) => name is null ? "" : $"map{Step(name)}.";

    private static bool IsPlain(string name) =>
        name is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_', ..] && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static string Quote(string name) => $"'{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string Number(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static TemplateException Expected(string forms, int position) => new(TemplateErrors.Syntax, $"expected {forms}", position);
}
