using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Which upstream outputs a task or a map reads, with full ids: what must be at hand before templates are evaluated.</summary>
public static class OutputReferences
{
    // Asked for each task of a DAG in turn, which must not cost the square of their number.
    private static readonly ConditionalWeakTable<DagSpec, FrozenSet<string>> TaskIds = [];

    /// <summary>
    /// What one instance of a task reads: in its fields, except the raw ones, in the key of its limit, in the datasets that it produces and in its
    /// compute profile. Each once, in order of appearance.
    /// </summary>
    /// <exception cref="TemplateException">A template is not well-formed, or names a task that the DAG does not have.</exception>
    public static ImmutableArray<OutputReference> Of(DagSpec dag, TaskSpec task, IReadOnlySet<string>? rawFields = null)
    {
        var found = new Collector(dag, task.Group);
        found.Add(task.With, rawFields);
        if (task.Limit is { } limit) found.Add(limit.Key);
        foreach (var output in task.Produces)
        {
            found.Add(output.Dataset);
            if (output.Partition is { } partition) found.Add(partition);
        }
        if (task.Compute is { } compute)
            foreach (var text in ComputeTemplates.In(compute)) found.Add(text.Text);
        return found.ToImmutable();
    }

    /// <summary>What the list and the keys of a mapped task read; empty for a plain task.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static ImmutableArray<OutputReference> OfMap(DagSpec dag, TaskSpec task) => OfMap(dag, task.Map, task.Group);

    /// <summary>What the list and the keys of a mapped group read; empty for a plain group.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static ImmutableArray<OutputReference> OfMap(DagSpec dag, GroupSpec group) => OfMap(dag, group.Map, group.Parent);

    /// <summary>The output that a reference of a template names, to a reader in <paramref name="group"/>; null when it reads none, or the task is unknown.</summary>
    public static OutputReference? Resolve(TemplateReference reference, string? group, Func<string, bool> isTask)
    {
        OutputForm? form = reference.Root switch
        {
            TemplateRoot.Output => OutputForm.Single,
            TemplateRoot.Outputs => OutputForm.All,
            TemplateRoot.InstanceOutput => OutputForm.OneInstance,
            _ => null,
        };
        return form is { } read && TaskNames.Resolve(reference.Name!, group, isTask) is { } id ? new OutputReference(id, read, reference.Key) : null;
    }

    private static ImmutableArray<OutputReference> OfMap(DagSpec dag, MapSpec? map, string? group)
    {
        if (map is null) return [];
        var found = new Collector(dag, group);
        found.Add(map.Over, null);
        if (map.Key is { } key) found.Add(key);
        return found.ToImmutable();
    }

    private sealed class Collector(DagSpec dag, string? group)
    {
        private readonly FrozenSet<string> _tasks = TaskIds.GetValue(dag, static dag => dag.Tasks.Select(task => task.Id).ToFrozenSet(StringComparer.Ordinal));
        private readonly OrderedDictionary<OutputReference, bool> _found = [];

        public void Add(JsonElement value, IReadOnlySet<string>? rawFields)
        {
            foreach (var text in Templates.In(value, rawFields)) Add(text.Text);
        }

        public void Add(string text)
        {
            foreach (var reference in Template.Parse(text).References)
            {
                if (reference.Root is not (TemplateRoot.Output or TemplateRoot.Outputs or TemplateRoot.InstanceOutput)) continue;
                var output = Resolve(reference, group, _tasks.Contains)
                    ?? throw new TemplateException(TemplateErrors.UnknownName, $"'{reference}' names no task of DAG '{dag.Name}'", 1);
                _found.TryAdd(output, true);
            }
        }

        public ImmutableArray<OutputReference> ToImmutable() => [.. _found.Keys];
    }
}
