using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Updraft.Api;

/// <summary>Who asks, as the server sees it.</summary>
/// <param name="Name">What is shown with what they do.</param>
/// <param name="Method">How they signed in.</param>
/// <param name="Grants">What they may.</param>
/// <param name="KeyId">The key with which they signed in; null for none.</param>
public sealed record WhoAmI(string Name, SignInMethod Method, ImmutableArray<Grant> Grants, string? KeyId)
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/whoami", (Access access) => new WhoAmI(access.Name, access.Method, access.Grants, access.KeyId)).Needs(Role.Viewer);
}
