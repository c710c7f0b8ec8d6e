using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>What a run is given, against what its DAG accepts.</summary>
public static class ConfCheck
{
    /// <summary>The params of a run: its conf, with defaults for what it leaves out.</summary>
    /// <param name="params">What the DAG accepts.</param>
    /// <param name="conf">What the trigger gives: a JSON object; null or JSON null for nothing.</param>
    public static ConfResult Apply(ImmutableSortedDictionary<string, ParamSpec> @params, JsonElement? conf)
    {
        var given = conf is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } ? CanonicalJson.EmptyObject : conf.Value;
        if (given.ValueKind != JsonValueKind.Object)
            return new ConfResult(CanonicalJson.EmptyObject, [Wrong("conf", "must be a JSON object from names of params to values, as in {\"day\": \"2026-03-29\"}")]);

        try
        {
            given = CanonicalJson.Of(given);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or JsonException)
        {
            return new ConfResult(CanonicalJson.EmptyObject, [Wrong("conf", $"holds a value that cannot be kept: {e.Message}")]);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var member in given.EnumerateObject())
        {
            if (!@params.ContainsKey(member.Name)) problems.Add(Wrong(At(member.Name), $"'{member.Name}' is no param of this DAG{Suggestion.For(member.Name, @params.Keys)}"));
        }
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, param) in @params)
        {
            if (given.TryGetProperty(name, out var value))
            {
                values[name] = value;
                if (param.Schema is { } schema) problems.AddRange(JsonSchema.Validate(schema, value).Select(problem => Wrong(Join(At(name), problem.Path), problem.Message)));
            }
            else if (param.Default is { } @default)
            {
                values[name] = @default;
            }
            else
            {
                problems.Add(Wrong("conf", $"the param '{name}' is missing and has no default{(param.Description is { } text ? $" ({text})" : "")}; give it, as in {{\"{name}\": ...}}"));
            }
        }
        return new ConfResult(JsonSerializer.SerializeToElement(values), problems.ToImmutable());
    }

    internal static string Join(string path, string inner) => inner.Length == 0 ? path : inner[0] == '[' ? path + inner : $"{path}.{inner}";

    private static string At(string name) => Templates.Member("conf", name);

    private static Problem Wrong(string path, string message) => new(DagErrors.BadConf, new Place(path), message);
}

/// <summary>The params of a run, or why there are none.</summary>
/// <param name="Params">A JSON object with a value for every param that has one; usable only without problems.</param>
/// <param name="Problems">All that is wrong with the conf; empty when it fits.</param>
public sealed record ConfResult(JsonElement Params, ImmutableArray<Problem> Problems);
