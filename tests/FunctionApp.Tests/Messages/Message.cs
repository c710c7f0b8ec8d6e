using Azure.Messaging.ServiceBus;

namespace Updraft.FunctionApp.Tests;

/// <summary>Messages as Functions hands them over.</summary>
internal static class Message
{
    public static ServiceBusReceivedMessage Of(string id, string body, params (string Name, object Value)[] properties) => Of(id, BinaryData.FromString(body), 1, null, properties);

    public static ServiceBusReceivedMessage Of(string id, BinaryData body, long number = 1, string? session = null, params (string Name, object Value)[] properties) => ServiceBusModelFactory.ServiceBusReceivedMessage(
        body: body, messageId: id, sessionId: session, properties: properties.ToDictionary(property => property.Name, property => property.Value),
        sequenceNumber: number, deliveryCount: 1, enqueuedTime: new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), lockTokenGuid: Guid.NewGuid());

    /// <summary>What was sent, as it is received.</summary>
    public static ServiceBusReceivedMessage Received(ServiceBusMessage sent, long number = 1) =>
        Of(sent.MessageId, sent.Body, number, sent.SessionId, [.. sent.ApplicationProperties.Select(property => (property.Key, property.Value))]);
}
