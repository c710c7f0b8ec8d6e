using System.Text.Json;

namespace Updraft.Dags;

/// <summary>What a run is about, by which events find it.</summary>
public static class BusinessKeys
{
    /// <summary>The business key of a run that is triggered; null when the DAG has none.</summary>
    /// <param name="dag">The DAG.</param>
    /// <param name="params">The run's params: its conf with defaults.</param>
    /// <param name="conf">What the run was given.</param>
    /// <exception cref="UpdraftException"><see cref="DagErrors.BadBusinessKey"/>: the template cannot be evaluated, or yields no text of 1 to 200 printable characters. The message shows no values.</exception>
    public static string? Of(DagSpec dag, JsonElement @params, JsonElement conf)
    {
        if (dag.BusinessKey is not { } template) return null;
        var key = TriggerTemplate.Render(template, @params, conf, (why, inner) => Bad(dag, why, inner));
        return DatasetNames.IsName(key)
            ? key
            : throw Bad(dag, $"it has {key.Length} characters, and must have 1 to {DatasetNames.MaxLength}, all of them printable, without white space at its ends");
    }

    private static UpdraftException Bad(DagSpec dag, string why, Exception? inner = null) =>
        new(DagErrors.BadBusinessKey, $"the business key of DAG '{dag.Name}' cannot be made: {why}; give the run a conf that fits '{dag.BusinessKey}'", inner);
}
