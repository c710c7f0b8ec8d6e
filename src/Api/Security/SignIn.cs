using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Finds out who asks.</summary>
internal sealed class SignIn(IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory logging, UrlEncoder encoder, ApiOptions options) : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, logging, encoder)
{
    public new const string Scheme = "updraft";

    /// <summary>Says who asks where whoever asks is trusted.</summary>
    public const string UserHeader = "X-Updraft-User";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var trusted = Context.Features.Get<ITrustedConnection>() is not null;
        if (!trusted && !options.Open) return Task.FromResult(AuthenticateResult.NoResult());
        var name = Request.Headers[UserHeader].ToString() is { Length: > 0 and <= 200 } user ? user : "anonymous";
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new Access(name, [new Grant(Role.Admin)]).ToPrincipal(), Scheme)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        ProblemAnswers.WriteAsync(Context, new UpdraftException(ApiErrors.SignInNeeded, "sign in first: send a key as 'Authorization: Bearer …'"));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemAnswers.WriteAsync(Context, new UpdraftException(ApiErrors.Forbidden, $"'{Access.Of(Context.User).Name}' may not do this: it needs the role {Context.GetEndpoint()?.Metadata.GetMetadata<RoleNeeded>()?.Role.ToString().ToLowerInvariant() ?? "of nobody"}"));
}

/// <summary>A feature of connections that only the owner of the installation can make, as over the socket of a data folder.</summary>
public interface ITrustedConnection;
