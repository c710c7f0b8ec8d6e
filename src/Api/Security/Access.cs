using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Who asks, and what they may. An endpoint's role says who may ask at all; what belongs to a team is checked here, once it is known.</summary>
/// <param name="name">Who asks.</param>
/// <param name="grants">What they were granted.</param>
/// <param name="method">How they signed in.</param>
/// <param name="keyId">The key with which they did; null for none.</param>
public sealed class Access(string name, ImmutableArray<Grant> grants, SignInMethod method = SignInMethod.Open, string? keyId = null)
{
    private const string GrantClaim = "grant";
    private const string MethodClaim = "method";
    private const string KeyClaim = "key";

    private AuditedRequest? _audited;

    /// <summary>Who asks, to be shown with what was asked.</summary>
    public string Name => name;

    /// <summary>What they were granted.</summary>
    public ImmutableArray<Grant> Grants => grants;

    /// <summary>How they signed in.</summary>
    public SignInMethod Method => method;

    /// <summary>The id of the key with which they signed in; null for none.</summary>
    public string? KeyId => keyId;

    /// <summary>Whether they may do what a role may with what belongs to a team; of null, with what belongs to none.</summary>
    public bool May(Role role, string? team) => grants.Any(grant => grant.Covers(role, team));

    /// <summary>Whether they may do what a role may everywhere, as with what all teams share.</summary>
    public bool MayEverywhere(Role role) => grants.Any(grant => grant.Team is null && grant.Role >= role);

    /// <summary>Refuses what they may not.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.Forbidden"/>.</exception>
    public void Demand(Role role, string? team)
    {
        _audited?.Concerns(team);
        if (!May(role, team)) throw Refusal($"the role {role.ToString().ToLowerInvariant()}{(team is null ? "" : $" for team '{team}'")}");
    }

    /// <inheritdoc cref="Demand"/>
    public void DemandEverywhere(Role role)
    {
        if (!MayEverywhere(role)) throw Refusal($"the role {role.ToString().ToLowerInvariant()} for all teams");
    }

    /// <summary>Notes for the audit log what a request is about, where its path does not say so.</summary>
    internal void Names(string kind, string id) => _audited?.Names(kind, id);

    /// <summary>Who changes the catalogue.</summary>
    /// <param name="team">The team for which they act; null for that of their only grant of authoring, if it has one.</param>
    public Caller ToCaller(string? team = null) => new(name, team ?? OnlyTeam(), MayEverywhere(Role.Author));

    /// <summary>Read from the signed-in user of a request, for parameters of endpoints.</summary>
    public static ValueTask<Access?> BindAsync(HttpContext context) => ValueTask.FromResult<Access?>(Of(context));

    /// <summary>Who makes a request. The teams whose objects are asked for are noted for the audit log.</summary>
    internal static Access Of(HttpContext context)
    {
        var access = Of(context.User);
        access._audited = context.Features.Get<AuditedRequest>();
        return access;
    }

    internal static Access Of(ClaimsPrincipal user) => new(
        user.Identity?.Name ?? "nobody",
        [.. user.FindAll(GrantClaim).Select(claim => claim.Value.Split('@', 2)).Select(parts => new Grant(Enum.Parse<Role>(parts[0], ignoreCase: true), parts.Length > 1 ? parts[1] : null))],
        Enum.TryParse<SignInMethod>(user.FindFirst(MethodClaim)?.Value, out var method) ? method : SignInMethod.Open,
        user.FindFirst(KeyClaim)?.Value);

    internal ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, name), new Claim(MethodClaim, method.ToString()), .. keyId is null ? Array.Empty<Claim>() : [new Claim(KeyClaim, keyId)], .. grants.Select(grant => new Claim(GrantClaim, grant.ToString()))],
        SignIn.Scheme));

    private UpdraftException Refusal(string what) => new(ApiErrors.Forbidden, $"'{name}' may not do this: it needs {what}");

    private string? OnlyTeam() => grants.Where(grant => grant.Role >= Role.Author).Select(grant => grant.Team).Distinct().ToArray() is [var team] ? team : null;
}
