using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The connections that a DAG names.</summary>
public static class DagConnections
{
    private const string Field = "connection";

    /// <summary>What a host should know and does not, a line each. A name that a template makes is not known before the task runs.</summary>
    public static async Task<ImmutableArray<string>> WarningsAsync(this Connections connections, DagSpec dag, CancellationToken cancellation = default)
    {
        var named = Of(dag).ToList();
        var unknown = await connections.UnknownAsync(named.Select(use => use.Name).Distinct(), cancellation);
        return [.. named.Where(use => unknown.Contains(use.Name)).Select(use => $"{use.Path}: connection '{use.Name}' is not known here; see 'updraft connections list'")];
    }

    private static IEnumerable<(string Name, string Path)> Of(DagSpec dag) =>
    [
        .. dag.Tasks.SelectMany(task => Of(task.With, $"tasks.{task.Id}.{task.Operator}")),
        .. Of(dag.Callbacks, ""), .. dag.Tasks.SelectMany(task => Of(task.Callbacks, $"tasks.{task.Id}.")),
    ];

    private static IEnumerable<(string Name, string Path)> Of(Callbacks callbacks, string path) => callbacks.IsEmpty ? [] : Enum.GetValues<CallbackKind>()
        .SelectMany(kind => callbacks.Of(kind).SelectMany((callback, index) => Of(callback.With, $"{path}on_{kind.ToString().ToLowerInvariant()}[{index}].{callback.Operator}")));

    private static IEnumerable<(string Name, string Path)> Of(JsonElement with, string path)
    {
        if (with.ValueKind is JsonValueKind.Object && with.TryGetProperty(Field, out var name) && name.ValueKind is JsonValueKind.String && !Template.HasExpressions(name.GetString()!))
            yield return (name.GetString()!, $"{path}.{Field}");
    }
}
