using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Updraft.Api;

/// <summary>Describes the routes: their names and words, who may ask, which headers they take, what they answer when they refuse, and examples.</summary>
internal static class OpenApiOperations
{
    public const string SignInScheme = "key";
    public const string ProblemSchema = "Problem";

    private const string Json = "application/json";

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var description = context.Description;
        var metadata = description.ActionDescriptor.EndpointMetadata;
        var path = $"/{description.RelativePath}".Replace("{**", "{", StringComparison.Ordinal);
        var text = OperationTexts.Of(description.HttpMethod!, path);
        var role = metadata.OfType<RoleNeeded>().LastOrDefault();
        (operation.OperationId, operation.Summary) = (text.Id, text.Summary);
        operation.Description = role is null ? "Open to everybody." : $"Needs the role {role.Role.ToString().ToLowerInvariant()}.";
        operation.Tags = new HashSet<OpenApiTagReference> { new(OperationTexts.TagOf(path), context.Document) };
        if (!metadata.OfType<IAllowAnonymous>().Any()) operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SignInScheme, context.Document)] = [] }];
        // None at all is a list too.
        foreach (var list in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter is { In: ParameterLocation.Query, Schema.Type: JsonSchemaType.Array })) list.Required = false;
        AddHeaders(operation, metadata);
        AddExamples(operation, description);
        if (metadata.OfType<LargestBody>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { [body.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
            };
        }
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "It is not done, and this says why.",
            Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document), Example = Example(typeof(Problem)) } },
        };
        return Task.CompletedTask;
    }

    private static void AddHeaders(OpenApiOperation operation, IList<object> metadata)
    {
        operation.Parameters ??= [];
        if (metadata.OfType<TakesIdempotencyKey>().Any()) Add(IdempotencyKey.Header, "1 to 200 printable characters: the same key with the same request makes one thing, however often it is sent within 7 days.");
        if (metadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(IfMatch)))) Add("If-Match", "The ETag of what is changed, as it was seen: it is changed only if it is still so.");
        if (metadata.OfType<HasETag>().Any())
        {
            Add("If-None-Match", "The ETag of what is known already: if it is still so, the answer is 304 and has no body.");
            operation.Responses!["304"] = new OpenApiResponse { Description = "It is as it is known." };
        }
        if (operation.Parameters.Count == 0) operation.Parameters = null;

        void Add(string name, string text) => operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = text, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }

    private static void AddExamples(OpenApiOperation operation, ApiDescription description)
    {
        if (description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source == BindingSource.Body) is { } body && operation.RequestBody?.Content?.TryGetValue(Json, out var asked) is true)
            asked.Example = Example(body.Type);
        foreach (var response in description.SupportedResponseTypes)
        {
            if (response.Type is { } type && operation.Responses?.TryGetValue($"{response.StatusCode}", out var answer) is true && answer.Content?.TryGetValue(Json, out var answered) is true)
                answered.Example = Example(type);
        }
    }

    private static JsonNode? Example(Type type) => OpenApiExamples.Of(type) is { } example ? JsonSerializer.SerializeToNode(example, example.GetType(), ApiJson.Options) : null;
}
