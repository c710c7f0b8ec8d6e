using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>
/// Finds out who asks. What was said outright goes first: a key is checked wherever it is sent. Else the connection says it, or the platform,
/// or the server is open.
/// </summary>
internal sealed class SignIn(IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory logging, UrlEncoder encoder, ApiOptions options, KeySignIn keys, SignInLimit limit) : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, logging, encoder)
{
    public new const string Scheme = "updraft";

    /// <inheritdoc cref="UpdraftApi.UserHeader"/>
    public const string UserHeader = UpdraftApi.UserHeader;

    private const string Bearer = "Bearer ";
    private const int LongestUser = 200;

    private UpdraftException? _refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            return await FindAsync() is { } access ? AuthenticateResult.Success(new AuthenticationTicket(access.ToPrincipal(), Scheme)) : AuthenticateResult.NoResult();
        }
        catch (UpdraftException e) when (ProblemStatus.Of(e.Code) is >= 400 and < 500)
        {
            _refusal = e;
            var sent = Request.Headers.Authorization.ToString();
            Context.Features.Set(new RefusedSignIn(e.Code, sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? KeyToken.Parse(sent[Bearer.Length..].Trim())?.Id : null));
            return AuthenticateResult.Fail(e);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refusal = _refusal ?? new UpdraftException(ApiErrors.SignInNeeded, "sign in first: send a key as 'Authorization: Bearer …'");
        switch (ProblemStatus.Of(refusal.Code))
        {
            case StatusCodes.Status401Unauthorized:
                Response.Headers.WWWAuthenticate = "Bearer realm=\"updraft\"";
                break;
            case StatusCodes.Status429TooManyRequests:
                Response.Headers.RetryAfter = ((int)Math.Ceiling((limit.Wait(Remote) ?? TimeSpan.Zero).TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                break;
        }
        return ProblemAnswers.WriteAsync(Context, refusal);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemAnswers.WriteAsync(Context, new UpdraftException(ApiErrors.Forbidden, $"'{Access.Of(Context.User).Name}' may not do this: it needs the role {Context.GetEndpoint()?.Metadata.GetMetadata<RoleNeeded>()?.Role.ToString().ToLowerInvariant() ?? "of nobody"}"));

    private string Remote => SignInLimit.RemoteOf(Context.Connection.RemoteIpAddress);

    private async Task<Access?> FindAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer + KeyToken.Prefix, StringComparison.OrdinalIgnoreCase)) return await keys.CheckAsync(authorization[Bearer.Length..].Trim(), Remote, Context.RequestAborted);
        if (Context.Features.Get<ITrustedConnection>() is not null) return new Access(User("the owner"), [new Grant(Role.Admin)], SignInMethod.Socket);
        if (options.PlatformSignIn && PlatformPrincipal.Read(Request.Headers) is { } principal) return ForeignPage.Refusal(Request, loopback: false) is { } foreign ? throw foreign : principal;
        if (options.Open) return ForeignPage.Refusal(Request, loopback: true) is { } page ? throw page : new Access(User("anonymous"), [new Grant(Role.Admin)], SignInMethod.Open);
        return authorization.Length > 0 ? throw keys.Refused(Remote) : null;
    }

    // Headers are ASCII, so names beyond are percent-encoded there.
    private string User(string otherwise) => Uri.UnescapeDataString(Request.Headers[UserHeader].ToString()) is { Length: > 0 and <= LongestUser } user && PlainText.IsLine(user) ? user : otherwise;
}

/// <summary>A feature of connections that only the owner of the installation can make, as over the socket of a data folder.</summary>
public interface ITrustedConnection;
