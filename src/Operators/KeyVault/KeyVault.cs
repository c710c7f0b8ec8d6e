using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Secrets of a Key Vault, kept for some minutes; then the newest version is read again. What many ask at the same time is read once. While the
/// vault cannot be reached, what it said last holds for an hour. Thread-safe.
/// </summary>
public sealed class KeyVault
{
    /// <summary>The environment variable that names the vault: its URL, or its name alone.</summary>
    public const string Variable = "UPDRAFT_KEYVAULT";

    /// <summary>The environment variable that says who signs in: <c>default</c> (when it is not set) for what the machine offers, or the client id of a managed identity.</summary>
    public const string IdentityVariable = "UPDRAFT_KEYVAULT_IDENTITY";

    private const int MaxName = 127;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FreshAbsence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Usable = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly KeyVaultClient _client;
    private readonly Uri _vault;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Task<string?>> _reading = new(StringComparer.OrdinalIgnoreCase);

    internal KeyVault(Uri vault, TimeProvider clock, Func<string, CancellationToken, Task<string>> token) => (_vault, _clock, _client) = (vault, clock, new(vault, token, clock));

    /// <summary>The vault that the environment names; null when it names none.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.KeyVault"/>: it names something else.</exception>
    public static KeyVault? OfEnvironment(TimeProvider clock)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text) return null;
        var identity = Environment.GetEnvironmentVariable(IdentityVariable) is { Length: > 0 } name ? name : "default";
        return new KeyVault(UrlOf(text), clock, (scope, cancellation) => AzureSignIn.TokenAsync(identity, scope, cancellation));
    }

    /// <summary>The URL of a vault that is written as that, or as its name.</summary>
    internal static Uri UrlOf(string text)
    {
        var isName = text.Length is >= 3 and <= 24 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        return Uri.TryCreate(isName ? $"https://{text}.vault.azure.net" : text, UriKind.Absolute, out var url) && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) && url is { AbsolutePath: "/", UserInfo: "" }
            ? url
            : throw new UpdraftException(OperatorErrors.KeyVault, $"{Variable} names no vault: give its name, or its URL as in https://NAME.vault.azure.net");
    }

    /// <summary>What a name is called in a vault, whose names have letters, digits and dashes; null when it cannot be.</summary>
    internal static string? NameOf(string name)
    {
        var mapped = name.Replace('_', '-').Replace('.', '-');
        return mapped.Length is >= 1 and <= MaxName && mapped.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? mapped : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Key Vault {_vault.Host}";

    /// <summary>A secret by its name in the vault; null when there is none.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.KeyVault"/>: the vault refuses.</exception>
    /// <exception cref="ServiceException">The vault cannot be reached, or throttles, and nothing is known.</exception>
    internal async Task<string?> GetAsync(string name, CancellationToken cancellation)
    {
        Known? known;
        Task<string?>? reading;
        lock (_lock)
        {
            known = _known.GetValueOrDefault(name);
            if (known is not null && _clock.GetUtcNow() < known.At + (known.Value is null ? FreshAbsence : Fresh)) return known.Value;
            // Who gives up does not take it from the others.
            if (!_reading.TryGetValue(name, out reading)) _reading[name] = reading = Task.Run(() => ReadAsync(name), CancellationToken.None);
        }
        try
        {
            return await reading.WaitAsync(cancellation);
        }
        catch (ServiceException) when (known?.Value is not null && _clock.GetUtcNow() < known.At + Usable)
        {
            return known.Value;
        }
    }

    /// <summary>Names of the secrets that are enabled.</summary>
    internal Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation) => _client.NamesAsync(cancellation);

    private async Task<string?> ReadAsync(string name)
    {
        try
        {
            using var limit = new CancellationTokenSource(Longest, _clock);
            var value = await _client.GetAsync(name, limit.Token);
            lock (_lock) _known[name] = new(value, _clock.GetUtcNow());
            return value;
        }
        catch (OperationCanceledException e)
        {
            throw new ServiceException($"Key Vault {_vault.Host} did not answer within {Longest.TotalMinutes} minutes", inner: e);
        }
        finally
        {
            lock (_lock) _reading.Remove(name);
        }
    }

    /// <summary>What the vault said.</summary>
    private sealed record Known(string? Value, DateTimeOffset At);
}
