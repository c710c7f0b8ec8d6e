using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What a message asks for: a run of a DAG, or that an event be sent to running runs. By its properties, or else by its body.</summary>
internal sealed record RunRequestMessage
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    public string? Dag { get; init; }

    public JsonElement? Conf { get; init; }

    public string? RunId { get; init; }

    public string? BusinessKey { get; init; }

    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    public string? Note { get; init; }

    public string? Event { get; init; }

    public string? Key { get; init; }

    public string? Id { get; init; }

    public JsonElement? Data { get; init; }

    public string? Ttl { get; init; }

    /// <summary>Reads a message.</summary>
    /// <exception cref="UpdraftException"><see cref="QueueErrors.NotUnderstood"/>.</exception>
    public static RunRequestMessage Read(QueueMessage message)
    {
        var properties = message.Properties;
        var request = properties.ContainsKey(QueueProperties.Dag) || properties.ContainsKey(QueueProperties.Event)
            ? OfProperties(properties, message.Body)
            : OfBody(message.Body);
        return request switch
        {
            { Dag: null, Event: null } => throw NotUnderstood("it names neither a dag nor an event"),
            { Dag: not null, Event: not null } => throw NotUnderstood("it names both a dag and an event"),
            { Dag: not null } and ({ Key: not null } or { Id: not null } or { Data: not null } or { Ttl: not null }) => throw NotUnderstood("key, id, data and ttl belong to an event, not to a dag"),
            { Event: not null } and ({ Conf: not null } or { RunId: not null } or { BusinessKey: not null } or { Labels: not null } or { Note: not null }) => throw NotUnderstood("conf, run_id, business_key, labels and note belong to a dag, not to an event"),
            { Conf: { ValueKind: not JsonValueKind.Object } } => throw NotUnderstood("the conf is no JSON object"),
            { Event: not null, Key: null } => throw NotUnderstood("the event has no key"),
            _ => request,
        };
    }

    /// <summary>The event that it sends.</summary>
    /// <param name="messageId">The event's id, unless it has its own.</param>
    /// <exception cref="UpdraftException"><see cref="QueueErrors.NotUnderstood"/>.</exception>
    public EventMessage ToEvent(string messageId)
    {
        var message = new EventMessage { Name = Event!, Key = Key!, Id = Id ?? messageId, Data = Data };
        if (Ttl is null) return message;
        return Durations.TryParse(Ttl, out var ttl) ? message with { TimeToLive = ttl } : throw NotUnderstood($"ttl '{Ttl}' is no duration, as 7d or 1h30m are");
    }

    private static RunRequestMessage OfProperties(ImmutableSortedDictionary<string, string> properties, string body)
    {
        var content = string.IsNullOrWhiteSpace(body) ? (JsonElement?)null : Parse<JsonElement>(body);
        var labels = properties.Where(property => property.Key.StartsWith(QueueProperties.Label, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(property => property.Key[QueueProperties.Label.Length..], property => property.Value, StringComparer.Ordinal);
        var request = new RunRequestMessage
        {
            Dag = Of(QueueProperties.Dag), RunId = Of(QueueProperties.RunId), BusinessKey = Of(QueueProperties.BusinessKey), Note = Of(QueueProperties.Note),
            Event = Of(QueueProperties.Event), Key = Of(QueueProperties.Key), Id = Of(QueueProperties.Id), Ttl = Of(QueueProperties.TimeToLive),
            Labels = labels.IsEmpty ? null : labels,
        };
        return request.Dag is null ? request with { Data = content } : request with { Conf = content };

        string? Of(string name) => properties.GetValueOrDefault(name);
    }

    private static RunRequestMessage OfBody(string body) => Parse<RunRequestMessage>(body) ?? throw NotUnderstood("its body is null");

    private static T? Parse<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Options);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(QueueErrors.NotUnderstood, $"the message is not understood: its body is no JSON of that form: {e.Message}", e);
        }
    }

    private static UpdraftException NotUnderstood(string why) => new(QueueErrors.NotUnderstood, $"the message is not understood: {why}");
}
