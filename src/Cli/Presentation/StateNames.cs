using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>States as they are written everywhere: in snake case.</summary>
internal static class StateNames
{
    public static string Of(TaskState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    public static string Of(RunStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
