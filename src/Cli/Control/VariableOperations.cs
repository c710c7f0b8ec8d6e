using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>What can be asked about variables.</summary>
internal static class VariableOperations
{
    public static readonly Operation<Nothing, ImmutableArray<VariableView>> List = new("variables/list", async (host, _, cancellation) => [.. await host.Services.Variables.ListAsync(cancellation)]);

    public static readonly Operation<VariableName, VariableView> Get = new("variables/get", async (host, request, cancellation) =>
        await host.Services.Variables.GetAsync(request.Name, cancellation) ?? throw await NoVariableAsync(host, request.Name, cancellation));

    public static readonly Operation<SetVariable, VariableView> Set = new("variables/set", async (host, request, cancellation) =>
    {
        await host.Services.StoredVariables.SetAsync(request.Name, request.Value, request.By, cancellation);
        return (await host.Services.Variables.GetAsync(request.Name, cancellation))!;
    });

    public static readonly Operation<VariableName, VariableName> Delete = new("variables/delete", async (host, request, cancellation) =>
        await host.Services.StoredVariables.DeleteAsync(request.Name, cancellation) ? request : throw await NoVariableAsync(host, request.Name, cancellation));

    public static readonly ImmutableArray<Operation> All = [List, Get, Set, Delete];

    private static async Task<UpdraftException> NoVariableAsync(LocalHost host, string name, CancellationToken cancellation)
    {
        var known = await host.Services.Variables.ListAsync(cancellation);
        return known.FirstOrDefault(variable => variable.Name == name) is { } elsewhere
            ? new UpdraftException(OperatorErrors.Variable, $"variable '{Printable.Of(name)}' was not set by hand, it comes from {Printable.Of(elsewhere.Source)}: change it there")
            : new UpdraftException(OperatorErrors.Variable, $"there is no variable '{Printable.Of(name)}'{Printable.Of(Suggestion.For(name, known.Select(variable => variable.Name)))}; see 'updraft variables list'");
    }
}

/// <summary>Which variable.</summary>
internal sealed record VariableName(string Name);

/// <summary>Gives a variable a value.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">The value.</param>
/// <param name="By">Who asks.</param>
internal sealed record SetVariable(string Name, JsonElement Value, string By);
