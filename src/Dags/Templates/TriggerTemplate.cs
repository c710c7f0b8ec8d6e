using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Templates that are evaluated when a run is triggered, and so before there is a run: they read its params and its conf.</summary>
internal static class TriggerTemplate
{
    /// <summary>The text that a template yields; a number or boolean is its JSON, and a text without templates is that text.</summary>
    /// <param name="template">The template.</param>
    /// <param name="params">The run's params: its conf with defaults.</param>
    /// <param name="conf">What the run was given.</param>
    /// <param name="bad">Makes the failure of why there is no text; the reason shows no values.</param>
    public static string Render(string template, JsonElement @params, JsonElement conf, Func<string, Exception?, UpdraftException> bad)
    {
        if (!Template.HasExpressions(template)) return template;
        try
        {
            var value = Template.Parse(template).Evaluate(new Scope(@params, conf));
            return value.ValueKind switch
            {
                JsonValueKind.String => JsonText.Read(value, 1),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => throw bad($"it yields {JsonText.Describe(value)}, and must yield text or a number", null),
            };
        }
        catch (TemplateException e)
        {
            throw bad(e.Message, e);
        }
    }

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
