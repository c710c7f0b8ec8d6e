using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>States and rules as they are written everywhere: in snake case.</summary>
internal static class StateText
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
