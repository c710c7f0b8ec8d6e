using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Api;

/// <summary>
/// Airflow's way to sign in: a name and a password for a token. Here the password is a key, which is checked and handed back: it is a token
/// already, and there is no second kind of secret.
/// </summary>
internal static class AirflowTokens
{
    /// <summary>What its paths begin with.</summary>
    public const string Prefix = "/auth";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapGroup(Prefix).ExcludeFromDescription();
        auth.MapPost("/token", TokenAsync).Open();
        auth.MapPost("/token/cli", TokenAsync).Open();
    }

    private static async Task<IResult> TokenAsync(AirflowCall call, KeySignIn keys, ApiOptions options)
    {
        var asked = await call.BodyAsync<AirflowSignIn>();
        // An open server takes any token, and only what looks like a key is checked wherever it is sent.
        if (!options.Open || asked.Password.StartsWith(KeyToken.Prefix, StringComparison.Ordinal))
            await keys.CheckAsync(asked.Password, SignInLimit.RemoteOf(call.Http.Connection.RemoteIpAddress), call.Cancellation);
        call.Http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new AirflowToken(asked.Password), AirflowJson.Options, statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>Who signs in. The name says nothing: a key names whoever has it.</summary>
internal sealed record AirflowSignIn
{
    public string? Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>What is sent as bearer from then on.</summary>
internal sealed record AirflowToken(string AccessToken);
