using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Updraft.Api;

/// <summary>The description of the API for programs, made of its routes: OpenAPI 3.1.</summary>
internal static class OpenApiDocuments
{
    /// <summary>Where it is.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Name = "v1";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => description.HttpMethod is not null && IsOfApi($"/{description.RelativePath}");
            options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
            options.AddDocumentTransformer(DescribeAsync);
        });
        return services.AddSingleton<Written>();
    }

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, async (Written document, HttpContext context) =>
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(await document.Bytes, context.RequestAborted);
    }).ExcludeFromDescription().Open();

    /// <summary>Whether a path belongs into the document.</summary>
    public static bool IsOfApi(string path) => path.StartsWith(UpdraftApi.Prefix + "/", StringComparison.Ordinal) || path == HealthEndpoints.Path;

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Updraft",
            Version = "1",
            Description = "Workflows on Azure: publish DAGs, run them, watch them. What is said of all requests (signing in, paging, idempotency, ETags, problems, limits) is in docs/api.md.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [OpenApiOperations.SignInScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key, as 'updraft keys create' makes them." },
        };
        document.AddComponent(OpenApiOperations.ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellation));
        document.Tags = document.Paths.Values.SelectMany(path => path.Operations ?? []).SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Reference.Id!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
    }

    /// <summary>The document as it is answered: the routes never change, so it is made once.</summary>
    internal sealed class Written([FromKeyedServices(Name)] IOpenApiDocumentProvider documents)
    {
        private readonly Lazy<Task<byte[]>> _bytes = new(async () =>
        {
            var document = await documents.GetOpenApiDocumentAsync();
            return System.Text.Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
        });

        public Task<byte[]> Bytes => _bytes.Value;
    }
}
