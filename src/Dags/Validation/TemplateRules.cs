using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Templates can be read, and what they name is there: params, upstream outputs, items of the mapped group they stand in.</summary>
internal sealed class TemplateRules
{
    private static readonly Readable Trigger = new(
        [TemplateRoot.Params, TemplateRoot.Conf], "a business key or a label of a run, which are made before there is a run; they read params and conf");

    private static readonly Readable Callback = new(
        [
            TemplateRoot.Params, TemplateRoot.Conf, TemplateRoot.RunId, TemplateRoot.RunDag, TemplateRoot.RunTriggeredBy, TemplateRoot.RunLabels, TemplateRoot.RunBusinessKey,
            TemplateRoot.RunNote, TemplateRoot.RunDatasetEvents, TemplateRoot.RunPrevious, TemplateRoot.LogicalDate, TemplateRoot.DataIntervalStart, TemplateRoot.DataIntervalEnd,
            TemplateRoot.Secret, TemplateRoot.Variable, TemplateRoot.About,
        ],
        "a callback, which is a run of its own; it reads params, conf, run, logical_date, data_interval, secrets, var and about");

    private static readonly Readable Work = new([.. Enum.GetValues<TemplateRoot>().Except([TemplateRoot.About])], "a task; only callbacks are about something");

    private readonly DagFacts _facts;

    private TemplateRules(DagFacts facts) => _facts = facts;

    public static void Check(DagFacts facts)
    {
        var rules = new TemplateRules(facts);
        foreach (var group in facts.Dag.Groups) rules.Map(group.Id, group.Parent, group.Map);
        foreach (var task in facts.Dag.Tasks)
        {
            rules.Map(task.Id, task.Group, task.Map);
            rules.Task(task);
        }
        foreach (var (callback, path) in CallbackRules.All(facts.Dag)) rules.Fields(callback.Operator, callback.With, path, new Reader("", null, [], Secrets: true, May: Callback));
        if (facts.Dag.BusinessKey is { } key) rules.BusinessKey(key);
        foreach (var (name, value) in facts.Dag.Labels) rules.Text(value, $"labels.{name}", new Reader("", null, [], May: Trigger));
    }

    /// <summary>Whether a text is a template of ours, and not only has double braces for someone else.</summary>
    public static bool IsMeant(string text)
    {
        try
        {
            return Template.HasExpressions(text) && Template.Parse(text).References.Length > 0;
        }
        catch (TemplateException)
        {
            return false;
        }
    }

    private void Task(TaskSpec task)
    {
        var path = $"tasks.{task.Id}";
        var reader = new Reader(task.Id, task.Group, _facts.Regions(task.Id));
        Fields(task.Operator, task.With, path, reader with { Secrets = true });
        if (task.Limit is { } limit) Text(limit.Key, $"{path}.limit.key", reader);
        foreach (var (index, output) in task.Produces.Index())
        {
            Text(output.Dataset, $"{path}.produces[{index}]", reader);
            if (output.Partition is { } partition) Text(partition, $"{path}.produces[{index}].partition", reader);
        }
        NotEvaluated(_facts, $"{path}.labels", task.Labels);
        if (task.Compute is not { } compute) return;
        foreach (var text in ComputeTemplates.In(compute)) Text(text.Text, $"{path}.compute.{text.Path}", reader with { Secrets = ComputeTemplates.MayHoldSecrets(text.Path) });
    }

    private void Fields(string @operator, JsonElement with, string path, Reader reader)
    {
        if (with.ValueKind == JsonValueKind.Object) Value(with, $"{path}.{@operator}", reader, _facts.Manifest(@operator)?.RawFields);
    }

    private void BusinessKey(string key)
    {
        const string path = "business_key";
        if (Template.HasExpressions(key)) Text(key, path, new Reader("", null, [], May: Trigger));
        else if (!DatasetNames.IsName(key)) _facts.Report(DagErrors.BadBusinessKey, path, $"a business key has 1 to {DatasetNames.MaxLength} printable characters, as in \"{{{{ params.user_id }}}}\"");
    }

    private void Map(string id, string? group, MapSpec? map)
    {
        if (map is null) return;
        var around = new Reader(id, group, _facts.Regions(group));
        Value(map.Over, $"tasks.{id}.map.over", around, null);
        if (map.Key is { } key) Text(key, $"tasks.{id}.map.key", around with { Regions = around.Regions.Add(id), OwnKey = id });
    }

    private void Value(JsonElement value, string path, Reader reader, IReadOnlySet<string>? raw)
    {
        foreach (var text in Templates.In(value, raw)) Text(text.Text, ConfCheck.Join(path, text.Path), reader);
    }

    private void Text(string text, string path, Reader reader)
    {
        if (!Template.HasExpressions(text)) return;
        try
        {
            foreach (var reference in Template.Parse(text).References) Reference(reference, path, reader);
        }
        catch (TemplateException e)
        {
            _facts.Report(e.Code, path, e.Message);
        }
    }

    private void Reference(TemplateReference reference, string path, Reader reader)
    {
        if (!reader.May.Roots.Contains(reference.Root))
        {
            _facts.Report(DagErrors.NotReadable, path, $"'{reference}' cannot be read in {reader.May.Where}");
            return;
        }
        switch (reference.Root)
        {
            case TemplateRoot.About when reference.Name is { } name && !CallbackDag.Members.Contains(name):
                _facts.Report(DagErrors.UnknownName, path, $"'{reference}' is not told to callbacks{Suggestion.For(name, CallbackDag.Members)}");
                break;
            case TemplateRoot.Params or TemplateRoot.Conf when reference.Name is { } name && !_facts.Dag.Params.ContainsKey(name):
                _facts.Report(DagErrors.UnknownName, path, $"'{reference}' names no param of this DAG{Suggestion.For(name, _facts.Dag.Params.Keys)}{(_facts.Dag.Params.Count == 0 ? "; add it to 'params'" : "")}");
                break;
            case TemplateRoot.Secret when !reader.Secrets:
                _facts.Report(DagErrors.SecretStored, path, $"'{reference}' is read where its value would be stored and shown; secrets are read in the operator's fields and in 'compute.environment' only");
                break;
            case TemplateRoot.Secret when !IsSecretName(reference.Name!):
                _facts.Report(DagErrors.BadName, path, $"the name of a secret is '{reference.Name}', and may have 1 to 127 letters, digits, '_', '-' and '.'");
                break;
            case TemplateRoot.Variable when !NameRules.IsName(reference.Name!, dots: false):
                _facts.Report(DagErrors.BadName, path, $"the name of a variable is '{reference.Name}', and may have 1 to 64 letters, digits, '_' and '-'");
                break;
            case TemplateRoot.Output or TemplateRoot.Outputs or TemplateRoot.InstanceOutput:
                Output(reference, path, reader);
                break;
            case TemplateRoot.Item or TemplateRoot.Key or TemplateRoot.Index:
                Item(reference, path, reader);
                break;
        }
    }

    private void Output(TemplateReference reference, string path, Reader reader)
    {
        if (OutputReferences.Resolve(reference, reader.Group, _facts.IsTask) is not { } output)
        {
            var isGroup = TaskNames.Resolve(reference.Name!, reader.Group, _facts.IsGroup) is not null;
            _facts.Report(DagErrors.UnknownName, path, isGroup
                ? $"'{reference.Name}' is a group, which has no output; name a task of it"
                : $"'{reference}' names no task of this DAG{Suggestion.For(reference.Name!, _facts.Dag.Tasks.Select(task => task.Id))}");
            return;
        }
        if (!_facts.Graph.IsUpstream(output.TaskId, reader.Id))
        {
            _facts.Report(DagErrors.NotUpstream, path, $"'{reader.Id}' reads the output of '{output.TaskId}', which is not upstream of it; add '{output.TaskId}' to its 'after'");
            return;
        }
        var regions = _facts.Regions(output.TaskId);
        var shared = regions.Zip(reader.Regions).TakeWhile(pair => pair.First == pair.Second).Count();
        if (output.Form == OutputForm.Single && shared < regions.Length)
            _facts.Report(DagErrors.BadOutput, path, $"'{output.TaskId}' has an instance per item of '{regions[shared]}', and '{reader.Id}' stands outside; read all of them with 'outputs', or one with tasks['{output.TaskId}']['KEY'].output");
        if (output.Form != OutputForm.Single && shared == regions.Length)
            _facts.Report(DagErrors.BadOutput, path, $"'{reader.Id}' sees one instance of '{output.TaskId}'; read it with 'output'");
    }

    private void Item(TemplateReference reference, string path, Reader reader)
    {
        if (reader.Regions.IsEmpty)
        {
            _facts.Report(DagErrors.NotMapped, path, $"'{reference}' is read where nothing is mapped; it is there in a mapped task, and in the tasks of a mapped group");
            return;
        }
        var region = reference.Name is null ? reader.Regions[^1] : TaskNames.Resolve(reference.Name, reader.Group, reader.Regions.Contains);
        if (region is null) _facts.Report(DagErrors.NotMapped, path, $"'{reference.Name}' is no mapped task or group around this{Suggestion.For(reference.Name!, reader.Regions)}");
        else if (reference.Root == TemplateRoot.Key && region == reader.OwnKey) _facts.Report(DagErrors.NotMapped, path, "the key cannot be made of itself; use 'item' or 'index'");
    }

    private static bool IsSecretName(string name) => name.Length is >= 1 and <= 127 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static void NotEvaluated(DagFacts facts, string path, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
        {
            if (IsMeant(value)) facts.Report(DagErrors.TemplateInRawField, $"{path}.{name}", "templates are not replaced here; they are in an operator's fields, in 'map', in the key of 'limit', in 'produces', in 'compute', in 'business_key' and in the DAG's 'labels'");
        }
    }

    /// <summary>Who reads a template.</summary>
    /// <param name="Id">The task or group that the template belongs to.</param>
    /// <param name="Group">Where names are looked up.</param>
    /// <param name="Regions">Mapped tasks and groups whose items it sees, the outermost first.</param>
    /// <param name="Secrets">Whether it may read secrets.</param>
    /// <param name="OwnKey">The region whose key is being made; null elsewhere.</param>
    /// <param name="May">What may be read there at all.</param>
    private sealed record Reader(string Id, string? Group, ImmutableArray<string> Regions, bool Secrets = false, string? OwnKey = null, Readable? May = null)
    {
        public Readable May { get; } = May ?? Work;
    }

    /// <summary>What may be read in a place.</summary>
    private sealed record Readable(ImmutableArray<TemplateRoot> Roots, string Where);
}
