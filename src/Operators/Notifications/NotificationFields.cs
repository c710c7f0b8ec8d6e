using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Fields of <see cref="WebhookOperator"/>.</summary>
public sealed record WebhookFields
{
    /// <summary>Where to post; null for the connection's URL.</summary>
    [Description("Where to post: a URL, or a path below the connection's. Default: the connection's URL.")]
    public string? Url { get; init; }

    /// <summary>How to sign in; null for not at all.</summary>
    [Raw]
    [Description("Name of the connection that says where to post and how to sign in. Default none.")]
    public string? Connection { get; init; }

    /// <summary>What is posted as JSON; null for what the run is.</summary>
    [Description("What is posted as JSON. Default: run id, DAG, task, logical date and, in a callback, what it is about.")]
    public JsonElement? Body { get; init; }

    /// <summary>Request headers.</summary>
    [Description("Headers of the request. Default none.")]
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>Fields of <see cref="SlackOperator"/> and <see cref="TeamsOperator"/>.</summary>
public sealed record ChatFields
{
    /// <summary>The connection with the incoming webhook.</summary>
    [Raw]
    [Description("Name of the connection whose url is the incoming webhook, which is a secret.")]
    public required string Connection { get; init; }

    /// <summary>The message.</summary>
    [Description("The message, in the chat's markdown.")]
    public required string Text { get; init; }

    /// <summary>A heading; null for none.</summary>
    [Description("A heading above the message. Default none.")]
    public string? Title { get; init; }

    /// <summary>A link; null for none.</summary>
    [Description("A link below the message, as to the run. Default none.")]
    public string? Link { get; init; }
}

/// <summary>Fields of <see cref="EmailOperator"/>.</summary>
public sealed record EmailFields : ICheckedFields
{
    /// <summary>The connection with the mail server.</summary>
    [Raw]
    [Description("Name of the connection whose url is the mail server, as in smtp://mail.example.com:587; options: from, and tls = starttls (default where the port is not 25) or none.")]
    public required string Connection { get; init; }

    /// <summary>Recipients.</summary>
    [Description("Addresses of the recipients.")]
    public required ImmutableArray<string> To { get; init; }

    /// <summary>The subject.</summary>
    [Description("The subject, in one line.")]
    public required string Subject { get; init; }

    /// <summary>The text.</summary>
    [Description("The text, plain.")]
    public required string Text { get; init; }

    /// <summary>The sender; null for the connection's.</summary>
    [Description("Address of the sender. Default: the connection's option from.")]
    public string? From { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        if (To.IsDefaultOrEmpty) throw new Dags.UpdraftException(OperatorErrors.Fields, "to names nobody");
        // A subject with a line break would add headers.
        if (Subject.Any(char.IsControl)) throw new Dags.UpdraftException(OperatorErrors.Fields, "subject has control characters");
    }
}
