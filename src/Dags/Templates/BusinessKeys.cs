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
        if (dag.BusinessKey is not { } key) return null;
        if (!Template.HasExpressions(key)) return Checked(dag, key);
        try
        {
            var value = Template.Parse(key).Evaluate(new Scope(@params, conf));
            return Checked(dag, value.ValueKind switch
            {
                JsonValueKind.String => JsonText.Read(value, 1),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => throw Bad(dag, $"it yields {JsonText.Describe(value)}, and must yield text or a number"),
            });
        }
        catch (TemplateException e)
        {
            throw Bad(dag, e.Message, e);
        }
    }

    private static string Checked(DagSpec dag, string key) => DatasetNames.IsName(key)
        ? key
        : throw Bad(dag, $"it has {key.Length} characters, and must have 1 to {DatasetNames.MaxLength}, all of them printable, without white space at its ends");

    private static UpdraftException Bad(DagSpec dag, string why, Exception? inner = null) =>
        new(DagErrors.BadBusinessKey, $"the business key of DAG '{dag.Name}' cannot be made: {why}; give the run a conf that fits '{dag.BusinessKey}'", inner);

    private sealed class Scope(JsonElement @params, JsonElement conf) : ITemplateScope
    {
        public bool TryGet(TemplateReference reference, out JsonElement value)
        {
            value = reference.Root switch
            {
                TemplateRoot.Params => @params,
                TemplateRoot.Conf => conf,
                _ => default,
            };
            if (reference.Name is not { } name) return value.ValueKind != JsonValueKind.Undefined;
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out value);
        }
    }
}
