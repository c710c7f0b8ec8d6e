using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Templates in the strings of a JSON value.</summary>
public static class Templates
{
    // Values from elsewhere come to stand deeper than they were.
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>
    /// Every string that holds expressions, with its path, as in <c>env.DAY</c> or <c>args[0]</c>; they are not parsed, so that a reader can
    /// report each that is wrong. Top-level fields named in <paramref name="rawFields"/> are taken as they are.
    /// </summary>
    public static ImmutableArray<TemplateString> In(JsonElement value, IReadOnlySet<string>? rawFields = null)
    {
        var found = ImmutableArray.CreateBuilder<TemplateString>();
        Find(value, "", rawFields, found);
        return found.ToImmutable();
    }

    /// <summary>
    /// The value with every template in it evaluated; names of members stay as they are. Top-level fields named in
    /// <paramref name="rawFields"/> are taken as they are.
    /// </summary>
    /// <exception cref="TemplateException">A template is not well-formed or cannot be evaluated; the message names its path.</exception>
    public static JsonElement Render(JsonElement value, ITemplateScope scope, IReadOnlySet<string>? rawFields = null)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) new TemplateRenderer(writer, scope).Write(value, "", rawFields);
        return JsonSerializer.Deserialize<JsonElement>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Deep);
    }

    internal static string Member(string path, string name) =>
        path.Length == 0 ? name : name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? $"{path}.{name}" : $"{path}['{name}']";

    private static void Find(JsonElement value, string path, IReadOnlySet<string>? rawFields, ImmutableArray<TemplateString>.Builder found)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (rawFields?.Contains(member.Name) != true) Find(member.Value, Member(path, member.Name), null, found);
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Find(item, $"{path}[{index++}]", null, found);
                break;
            case JsonValueKind.String when JsonText.Read(value, 1) is var text && Template.HasExpressions(text):
                found.Add(new TemplateString(path, text));
                break;
        }
    }
}

/// <summary>A string that holds expressions.</summary>
/// <param name="Path">Where it stands, as in <c>env.DAY</c>; empty for the value itself.</param>
/// <param name="Text">The string.</param>
public sealed record TemplateString(string Path, string Text)
{
    /// <inheritdoc cref="Template.Parse"/>
    public Template Parse() => Template.Parse(Text);
}
