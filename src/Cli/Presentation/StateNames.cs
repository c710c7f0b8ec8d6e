using System.Collections.Frozen;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>States as they are written everywhere: in snake case.</summary>
internal static class StateNames
{
    private static readonly FrozenDictionary<string, TaskState> TaskStates = Enum.GetValues<TaskState>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(TaskState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    public static string Of(RunStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    public static TaskState Parse(string name) => TaskStates[name];
}
