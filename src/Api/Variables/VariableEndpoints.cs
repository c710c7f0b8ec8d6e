using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Api;

/// <summary>Values that templates read, which all teams share.</summary>
internal static class VariableEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/variables", ListAsync).Needs(Role.Viewer);
        api.MapGet("/variables/{name}", GetAsync).Needs(Role.Viewer).Tagged();
        api.MapPut("/variables/{name}", SetAsync).Needs(Role.Operator);
        api.MapDelete("/variables/{name}", DeleteAsync).Needs(Role.Operator);
    }

    private static async Task<Page<VariableView>> ListAsync(string? after, int? count, Variables variables, CancellationToken cancellation) =>
        await Page.OfAsync((await variables.ListAsync(cancellation)).ToAsyncEnumerable(), after, count, MostListed, cancellation);

    private static async Task<VariableView> GetAsync(string name, Variables variables, CancellationToken cancellation) =>
        await variables.GetAsync(name, cancellation) ?? throw await NoVariableAsync(name, variables, cancellation);

    /// <summary>Answers with the variable as templates read it: of a name that the environment gives, that goes before.</summary>
    private static async Task<VariableView> SetAsync(string name, SetVariable value, IfMatch seen, Access access, Variables variables, StoredVariables stored, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        await stored.SetAsync(name, value.Value, access.Name, Check(name, seen, stored), cancellation);
        return (await variables.GetAsync(name, cancellation))!;
    }

    private static async Task<NoContent> DeleteAsync(string name, IfMatch seen, Access access, Variables variables, StoredVariables stored, CancellationToken cancellation)
    {
        access.DemandEverywhere(Role.Operator);
        return await stored.DeleteAsync(name, Check(name, seen, stored), cancellation) ? TypedResults.NoContent() : throw await NoVariableAsync(name, variables, cancellation);
    }

    private static Action<StoredVariable?> Check(string name, IfMatch seen, StoredVariables stored) =>
        variable => seen.Demand($"variable '{name}'", variable is null ? "" : ETags.Of(new VariableView(name, variable.Value, stored.Name)), variable is not null);

    private static async Task<UpdraftException> NoVariableAsync(string name, Variables variables, CancellationToken cancellation)
    {
        var known = await variables.ListAsync(cancellation);
        return known.FirstOrDefault(variable => variable.Name == name) is { } elsewhere
            ? new UpdraftException(ApiErrors.NoVariable, $"variable '{name}' was not set by hand, it comes from {elsewhere.Source}: change it there")
            : new UpdraftException(ApiErrors.NoVariable, $"there is no variable '{name}'{Suggestion.For(name, known.Select(variable => variable.Name))}; see 'updraft variables list'");
    }
}

/// <summary>Gives a variable a value.</summary>
/// <param name="Value">The value: any JSON, 64 KiB at most.</param>
public sealed record SetVariable(JsonElement Value);
