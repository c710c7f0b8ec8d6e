using System.Collections.Frozen;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>States as they are written everywhere: in snake case.</summary>
internal static class StateNames
{
    private static readonly FrozenDictionary<string, TaskState> TaskStates = Enum.GetValues<TaskState>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(TaskState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    public static string Of(RunStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <summary>A state of a run.</summary>
    /// <exception cref="UpdraftException">There is none of that name.</exception>
    public static RunStatus ParseStatus(string name)
    {
        var known = Enum.GetValues<RunStatus>().ToDictionary(Of, StringComparer.Ordinal);
        return known.TryGetValue(name, out var status) ? status : throw new UpdraftException(CliErrors.State, $"there is no state '{Printable.Of(name)}'{Suggestion.For(name, known.Keys)}");
    }

    public static TaskState Parse(string name) => TaskStates[name];
}
