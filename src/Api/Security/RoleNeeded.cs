using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Updraft.Api;

/// <summary>The role that a route asks for, declared beside it; a route that declares nothing is closed.</summary>
public sealed record RoleNeeded(Role Role) : IAuthorizationRequirement;

/// <summary>Whether who asks has the role for any team; the endpoint checks the team of what it touches.</summary>
internal sealed class RoleCheck : AuthorizationHandler<RoleNeeded>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleNeeded requirement)
    {
        if (Access.Of(context.User).Grants.Any(grant => grant.Role >= requirement.Role)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>How routes declare who may ask.</summary>
internal static class RoutePermissions
{
    /// <summary>Needs a role.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, Role role) where TBuilder : IEndpointConventionBuilder
    {
        var needed = new RoleNeeded(role);
        return route.RequireAuthorization(policy => policy.AddRequirements(needed)).WithMetadata(needed);
    }

    /// <summary>Open to everybody, signed in or not.</summary>
    public static TBuilder Open<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.AllowAnonymous();
}
