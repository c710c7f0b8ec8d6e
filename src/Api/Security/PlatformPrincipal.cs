using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>
/// Whom Azure's platform sign-in has signed in: base64 JSON of claims in a header that the platform sets and takes from strangers. App roles
/// are grants: <c>Updraft.Viewer</c> everywhere, <c>Updraft.Operator.forecasting</c> for a team.
/// </summary>
/// <remarks>Source: Microsoft, "Work with user identities in Azure App Service authentication".</remarks>
internal static class PlatformPrincipal
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";
    public const string NameHeader = "X-MS-CLIENT-PRINCIPAL-NAME";

    private const string RolePrefix = "Updraft.";
    private const int LongestName = 200;

    private static readonly string[] NameClaims = ["preferred_username", "name", "appid", "azp", "http://schemas.microsoft.com/identity/claims/objectidentifier"];

    /// <summary>Who the headers say it is; null when they say nothing. To be asked only where the platform alone can set them.</summary>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.PlatformSignIn"/>.</exception>
    public static Access? Read(IHeaderDictionary headers)
    {
        if (headers[Header] is not [{ Length: > 0 } encoded]) return headers.ContainsKey(Header) ? throw Unreadable() : null;
        try
        {
            using var principal = JsonDocument.Parse(Convert.FromBase64String(encoded));
            var claims = principal.RootElement.GetProperty("claims").EnumerateArray().Select(claim => (Type: claim.GetProperty("typ").GetString(), Value: claim.GetProperty("val").ToString())).ToList();
            var (nameType, roleType) = (Text(principal.RootElement, "name_typ"), Text(principal.RootElement, "role_typ"));
            var name = headers[NameHeader].ToString() is { Length: > 0 } shown ? shown
                : NameClaims.Prepend(nameType).Select(type => claims.Find(claim => type is not null && claim.Type == type).Value).FirstOrDefault(value => !string.IsNullOrEmpty(value));
            var grants = claims.Where(claim => claim.Type == "roles" || (roleType is not null && claim.Type == roleType)).Select(claim => GrantOf(claim.Value)).OfType<Grant>().Distinct().ToImmutableArray();
            return new Access(name is not null && name.Length <= LongestName && PlainText.IsLine(name) ? name : "somebody", grants, SignInMethod.Platform);
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>The grant of an app role; null where it is none of ours.</summary>
    public static Grant? GrantOf(string role)
    {
        if (!role.StartsWith(RolePrefix, StringComparison.Ordinal)) return null;
        var (named, team) = role[RolePrefix.Length..].Split('.', 2) is [var first, var rest] ? (first, rest) : (role[RolePrefix.Length..], null);
        Role? found = named switch
        {
            nameof(Role.Viewer) => Role.Viewer,
            nameof(Role.Operator) => Role.Operator,
            nameof(Role.Author) => Role.Author,
            nameof(Role.Admin) => Role.Admin,
            _ => null,
        };
        return found is { } granted && (team is null || TeamName.IsName(team)) ? new Grant(granted, team) : null;
    }

    private static string? Text(JsonElement principal, string name) => principal.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static UpdraftException Unreadable(Exception? inner = null) => new(SecurityErrors.PlatformSignIn, $"the header {Header} of the platform's sign-in cannot be read", inner);
}
