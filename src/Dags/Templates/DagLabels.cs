using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>The labels of a run that is triggered, by which it is found.</summary>
public static class DagLabels
{
    /// <summary>Longest value of a label, in characters.</summary>
    public const int MaxValue = 256;

    /// <summary>What the run is given, and what the DAG says of the labels that it is not given.</summary>
    /// <param name="dag">The DAG.</param>
    /// <param name="given">Labels of the trigger, which are taken as they are.</param>
    /// <param name="params">The run's params: its conf with defaults.</param>
    /// <param name="conf">What the run was given.</param>
    /// <exception cref="UpdraftException"><see cref="DagErrors.BadLabel"/>: a template cannot be evaluated, or yields no text of up to 256 printable characters. The message shows no values.</exception>
    public static ImmutableSortedDictionary<string, string> Of(DagSpec dag, IReadOnlyDictionary<string, string> given, JsonElement @params, JsonElement conf)
    {
        var labels = dag.Labels.ToBuilder();
        foreach (var (name, template) in dag.Labels)
        {
            if (!given.ContainsKey(name)) labels[name] = Render(dag, name, template, @params, conf);
        }
        foreach (var (name, value) in given) labels[name] = value;
        return labels.ToImmutable();
    }

    private static string Render(DagSpec dag, string name, string template, JsonElement @params, JsonElement conf)
    {
        var value = TriggerTemplate.Render(template, @params, conf, Bad);
        return value.Length <= MaxValue && !value.Any(char.IsControl)
            ? value
            : throw Bad($"it has {value.Length} characters, and may have {MaxValue}, all of them printable", null);

        UpdraftException Bad(string why, Exception? inner) =>
            new(DagErrors.BadLabel, $"the label '{name}' of a run of DAG '{dag.Name}' cannot be made: {why}; give the run a conf that fits '{template}', or the label itself", inner);
    }
}
