using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api.Tests;

/// <summary>A line of the route table.</summary>
internal sealed record Route(string Method, string Pattern, RoleNeeded? Needed, bool IsOpen, IReadOnlyList<string> Parameters, IReadOnlyList<ParameterInfo> Queries, Type? Body, string? BodyType)
{
    /// <summary>All that a server serves.</summary>
    public static IReadOnlyList<Route> All(ApiTestServer server) =>
        [.. server.Pipeline.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(Of).OrderBy(route => route.Pattern, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal)];

    public override string ToString() => $"{Method} {Pattern}";

    private static IEnumerable<Route> Of(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        var parameters = endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).ToList();
        var queries = endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Where(parameter => !parameters.Contains(parameter.Name!) && IsQuery(parameter.ParameterType)).ToList() ?? [];
        return methods.Select(method => new Route(method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<RoleNeeded>(), endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null,
            parameters, queries, endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType, endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes is [var type, ..] ? type : null));
    }

    private static bool IsQuery(Type type) => type == typeof(string) || type == typeof(string[]) || (Nullable.GetUnderlyingType(type) ?? type) is { IsPrimitive: true } || (Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset);
}
