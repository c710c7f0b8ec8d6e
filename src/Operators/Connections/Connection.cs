using System.Collections.Immutable;

namespace Updraft.Operators;

/// <summary>
/// How a service is reached: kept per environment, outside specs and their hashes. Only its name stands in specs, logs and history. A password
/// or token may be given as <c>secret:NAME</c>, which is looked up where a task runs.
/// </summary>
public sealed record Connection
{
    /// <summary>What a password, token or option begins with when the rest is the name of a secret.</summary>
    public const string SecretPrefix = "secret:";

    private const int ShortestHidden = 12;

    /// <summary>Where the service is, as in <c>https://livy.example.com:8998</c>; null where the operator knows.</summary>
    public Uri? Url { get; init; }

    /// <summary>Who signs in; null for nobody.</summary>
    public string? User { get; init; }

    /// <summary>The password that goes with <see cref="User"/>; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>A bearer token; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>How to sign in to Azure: <c>default</c> for what the machine offers, or the client id of a managed identity; null for not at all.</summary>
    public string? Azure { get; init; }

    /// <summary>What else the operator asks for, by name. Empty by default.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The texts of it that must not be shown.</summary>
    internal IEnumerable<string> Secrets => new[] { Password, Token }.OfType<string>().Where(text => text.Length > 0);

    /// <summary>What may be secret in its URL: a long path, as of a webhook, and the query.</summary>
    internal IEnumerable<string> SecretsOfUrl => Url is null ? [] : new[] { Url.AbsolutePath, Url.Query }.Where(text => text.Length > ShortestHidden);

    /// <summary>The connection without what must not be shown, in a line. The path of a URL is not, since that of a webhook is a secret.</summary>
    public override string ToString() =>
        $"{Url?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "no url"}{(User is null ? "" : $" as {User}")}{(Token is null ? "" : " with a token")}{(Azure is null ? "" : " with Azure sign-in")}";
}
