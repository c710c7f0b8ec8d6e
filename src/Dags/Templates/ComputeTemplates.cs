using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>Templates in a task's compute profile: its image, and the values of its environment and node selector.</summary>
public static class ComputeTemplates
{
    private const string Variables = "environment";

    /// <summary>Every string that holds expressions, with its path below the profile, as in <c>environment.DAY</c>; they are not parsed.</summary>
    public static ImmutableArray<TemplateString> In(ComputeProfile compute) => [.. Strings(compute).Where(text => Template.HasExpressions(text.Text))];

    /// <summary>Whether a path of <see cref="In"/> is one where secrets may be read: nothing but the work itself sees a variable.</summary>
    public static bool MayHoldSecrets(string path) => path.StartsWith(Variables, StringComparison.Ordinal);

    /// <summary>The profile with every template in it evaluated.</summary>
    /// <exception cref="TemplateException">A template is not well-formed, cannot be evaluated, or yields null; the message names its path.</exception>
    public static ComputeProfile Render(ComputeProfile compute, ITemplateScope scope) => compute with
    {
        Image = compute.Image is { } image ? Render(image, "image", scope) : null,
        NodeSelector = Render(compute.NodeSelector, "node_selector", scope),
        Environment = Render(compute.Environment, Variables, scope),
    };

    private static IEnumerable<TemplateString> Strings(ComputeProfile compute) =>
    [
        .. compute.Image is { } image ? [new TemplateString("image", image)] : Array.Empty<TemplateString>(),
        .. Strings(compute.NodeSelector, "node_selector"),
        .. Strings(compute.Environment, Variables),
    ];

    private static IEnumerable<TemplateString> Strings(ImmutableSortedDictionary<string, string> texts, string path) =>
        texts.Select(text => new TemplateString(Templates.Member(path, text.Key), text.Value));

    private static ImmutableSortedDictionary<string, string> Render(ImmutableSortedDictionary<string, string> texts, string path, ITemplateScope scope) =>
        texts.SetItems(texts.Select(text => KeyValuePair.Create(text.Key, Render(text.Value, Templates.Member(path, text.Key), scope))));

    private static string Render(string text, string path, ITemplateScope scope)
    {
        if (!Template.HasExpressions(text)) return text;
        path = $"compute.{path}";
        try
        {
            return JsonText.Of(Template.Parse(text).Evaluate(scope), 1);
        }
        catch (TemplateException e)
        {
            throw e.At(path);
        }
    }
}
