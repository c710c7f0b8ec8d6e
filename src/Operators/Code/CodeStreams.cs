using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Updraft.Operators;

/// <summary>
/// Mapped outputs as the input of code: a stream where the type wants an <see cref="IAsyncEnumerable{T}"/>, as the input itself or as a member
/// of it, and a list everywhere else.
/// </summary>
internal static class CodeStreams
{
    /// <summary>What to read, and how.</summary>
    public static async Task<(JsonElement Input, JsonSerializerOptions Options)> OfAsync(JsonElement input, Type type, TaskContext context, CancellationToken stop)
    {
        if (!Holds(input)) return (input, CodeJson.Options);
        var options = new JsonSerializerOptions(CodeJson.Options) { Converters = { new Factory(context, stop) } };
        if (MappedOutputs.IsStream(input)) return (IsStream(type) ? input : await context.Outputs.ReadAllAsync(input, stop), options);
        if (input.ValueKind != JsonValueKind.Object) return (await ListedAsync(input, context, stop), options);
        var members = new JsonObject();
        foreach (var member in input.EnumerateObject())
        {
            var wanted = type.GetProperties().FirstOrDefault(property => string.Equals(NameOf(property), member.Name, StringComparison.OrdinalIgnoreCase));
            var keep = MappedOutputs.IsStream(member.Value) && wanted is not null && IsStream(wanted.PropertyType);
            members[member.Name] = NodeOf(keep ? member.Value : await ListedAsync(member.Value, context, stop));
        }
        return (JsonSerializer.SerializeToElement(members), options);
    }

    private static async Task<JsonElement> ListedAsync(JsonElement value, TaskContext context, CancellationToken stop)
    {
        if (MappedOutputs.IsStream(value)) return await context.Outputs.ReadAllAsync(value, stop);
        if (!Holds(value)) return value;
        if (value.ValueKind == JsonValueKind.Array)
        {
            var items = new JsonArray();
            foreach (var item in value.EnumerateArray()) items.Add(NodeOf(await ListedAsync(item, context, stop)));
            return JsonSerializer.SerializeToElement(items);
        }
        var members = new JsonObject();
        foreach (var member in value.EnumerateObject()) members[member.Name] = NodeOf(await ListedAsync(member.Value, context, stop));
        return JsonSerializer.SerializeToElement(members);
    }

    private static bool Holds(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => MappedOutputs.IsStream(value) || value.EnumerateObject().Any(member => Holds(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(Holds),
        _ => false,
    };

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name;

    private static bool IsStream(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private static JsonNode? NodeOf(JsonElement value) => JsonSerializer.SerializeToNode(value);

    private sealed class Factory(TaskContext context, CancellationToken stop) : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => IsStream(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments), context, stop)!;
    }

    private sealed class Converter<T>(TaskContext context, CancellationToken stop) : JsonConverter<IAsyncEnumerable<T>>
    {
        public override IAsyncEnumerable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var value = JsonSerializer.Deserialize<JsonElement>(ref reader, options);
            return MappedOutputs.IsStream(value) ? ReadAsync(value) : (value.Deserialize<List<T>>(options) ?? []).ToAsyncEnumerable();
        }

        public override void Write(Utf8JsonWriter writer, IAsyncEnumerable<T> value, JsonSerializerOptions options) => throw new NotSupportedException();

        private async IAsyncEnumerable<T> ReadAsync(JsonElement stream, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellation);
            await foreach (var output in context.Outputs.ReadAsync(stream, either.Token)) yield return output.Deserialize<T>(CodeJson.Options)!;
        }
    }
}
