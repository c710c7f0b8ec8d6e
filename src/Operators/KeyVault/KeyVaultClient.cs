using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Reads secrets of a Key Vault over REST. Throttling and failures of the service are waited out for a while.</summary>
/// <param name="vault">The vault, as in <c>https://NAME.vault.azure.net</c>.</param>
/// <param name="token">Gives a token for a scope.</param>
/// <param name="clock">The clock.</param>
internal sealed partial class KeyVaultClient(Uri vault, Func<string, CancellationToken, Task<string>> token, TimeProvider clock)
{
    private const string Version = "7.4";
    private const string DefaultScope = "https://vault.azure.net/.default";
    private const int Tries = 4;
    private const int MaxAnswer = 1 << 20;

    // A host is not kept waiting longer: the task's own retries come after.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private string _scope = ScopeOf(vault);

    /// <summary>The newest version of a secret; null when there is none of that name.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.KeyVault"/>: the vault refuses.</exception>
    /// <exception cref="ServiceException">The vault cannot be reached, or throttles.</exception>
    public async Task<string?> GetAsync(string name, CancellationToken cancellation) =>
        await CallAsync($"secrets/{name}?api-version={Version}", $"secret '{name}'", cancellation) is { } found ? found.GetProperty("value").GetString() : null;

    /// <summary>Names of the secrets that are enabled.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation)
    {
        var names = new List<string>();
        for (var next = $"secrets?api-version={Version}"; next is not null;)
        {
            if (await CallAsync(next, "the list of secrets", cancellation) is not { } page) break;
            foreach (var secret in page.GetProperty("value").EnumerateArray())
            {
                var enabled = !secret.TryGetProperty("attributes", out var attributes) || !attributes.TryGetProperty("enabled", out var flag) || flag.GetBoolean();
                if (enabled) names.Add(secret.GetProperty("id").GetString()!.TrimEnd('/').Split('/')[^1]);
            }
            next = page.TryGetProperty("nextLink", out var link) && link.ValueKind is JsonValueKind.String ? link.GetString() : null;
        }
        return names;
    }

    /// <summary>What is asked of the vault; null when it is not there.</summary>
    private async Task<JsonElement?> CallAsync(string path, string what, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await CallOnceAsync(path, what, mayChallenge: true, cancellation);
            }
            catch (ServiceException e) when (tries < Tries && (e.RetryAfter ?? TimeSpan.Zero) <= LongestWait)
            {
                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(1 << (tries - 1)), clock, cancellation);
            }
        }
    }

    private async Task<JsonElement?> CallOnceAsync(string path, string what, bool mayChallenge, CancellationToken cancellation)
    {
        var url = new Uri(vault, path);
        if (url.Host != vault.Host) throw new UpdraftException(OperatorErrors.KeyVault, $"Key Vault {vault.Host} named {ServiceHttp.Shown(url)}, which is another service");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(_scope, cancellation));
        using var response = await ServiceHttp.SendAsync(request, cancellation);
        var content = await ReadAsync(response, cancellation);
        if (response.StatusCode is HttpStatusCode.Unauthorized && mayChallenge
            && ScopeOfChallenge(response.Headers.WwwAuthenticate.FirstOrDefault(header => header.Scheme == "Bearer")?.Parameter ?? "", vault.Host) is { } scope && scope != _scope)
        {
            _scope = scope;
            return await CallOnceAsync(path, what, mayChallenge: false, cancellation);
        }
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Json(content) ?? throw new ServiceException($"Key Vault {vault.Host} answered {what} with something that is no JSON", response.StatusCode),
            HttpStatusCode.NotFound => null,
            var status when ServiceClient.MayPass(status) => throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"Key Vault {vault.Host} answered {what} with {(int)status}"), status, ServiceClient.RetryAfterOf(response)),
            var status => throw Refusal(what, (int)status, Json(content)),
        };
    }

    private UpdraftException Refusal(string what, int status, JsonElement? content)
    {
        var error = Member(content, "error");
        var code = Text(Member(Member(error, "innererror"), "code")) ?? Text(Member(error, "code")) ?? status.ToString(CultureInfo.InvariantCulture);
        var todo = code switch
        {
            "SecretDisabled" => "the secret is disabled, or outside of its dates",
            "ForbiddenByFirewall" => "its firewall does not let this host in",
            _ when status == 401 => "the sign-in is not accepted; is the identity of the vault's tenant?",
            _ => "give the identity of this host the role 'Key Vault Secrets User', or the access policies Get and List",
        };
        return new UpdraftException(OperatorErrors.KeyVault, $"Key Vault {vault.Host} refuses {what} ({code}): {todo}");
    }

    /// <summary>What a vault says that a token must be for. Only a service of which the vault is a part is believed, so that a token goes nowhere else.</summary>
    internal static string? ScopeOfChallenge(string challenge, string vaultHost)
    {
        var named = Resource().Match(challenge).Groups[1].Value;
        if (!Uri.TryCreate(named, UriKind.Absolute, out var resource) || resource.Scheme != "https" || !vaultHost.EndsWith("." + resource.Host, StringComparison.OrdinalIgnoreCase)) return null;
        return resource.AbsoluteUri.TrimEnd('/') is var scope && scope.EndsWith("/.default", StringComparison.Ordinal) ? scope : scope + "/.default";
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await BoundedContent.ReadAsync(await response.Content.ReadAsStreamAsync(cancellation), MaxAnswer, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceException($"the answer of Key Vault {vault.Host} broke off", inner: e);
        }
    }

    private static JsonElement? Json(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement? value, string name) => value is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    // Clouds differ in their domain: vault.azure.net, vault.azure.cn, vault.usgovcloudapi.net.
    private static string ScopeOf(Uri vault) =>
        vault.Host.IndexOf(".vault.", StringComparison.OrdinalIgnoreCase) is > 0 and var dot ? $"https://{vault.Host[(dot + 1)..]}/.default" : DefaultScope;

    [GeneratedRegex("(?:resource|scope)=\"([^\"]+)\"")]
    private static partial Regex Resource();
}
