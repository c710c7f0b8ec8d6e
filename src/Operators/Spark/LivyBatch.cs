using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>How a batch has ended.</summary>
internal enum SparkEnd
{
    /// <summary>Well.</summary>
    Succeeded,

    /// <summary>Badly.</summary>
    Failed,

    /// <summary>It was killed.</summary>
    Killed,
}

/// <summary>A batch as Livy or Synapse shows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The name it was submitted under; null where the server does not say.</param>
/// <param name="State">What the server calls its state.</param>
/// <param name="AppId">Id of the application in the cluster; null before it has one.</param>
/// <param name="TrackingUrl">Where the cluster shows it; null where it does not.</param>
/// <param name="End">How it ended; null while it is queued or at work.</param>
/// <param name="Errors">What the service says went wrong. Empty on Livy, which says so in the log.</param>
/// <param name="LastLines">The last lines of its log, as far as the server shows them with it.</param>
internal sealed record LivyBatch(
    string Id, string? Name, string State, string? AppId, string? TrackingUrl, SparkEnd? End, ImmutableArray<string> Errors, ImmutableArray<string> LastLines)
{
    /// <exception cref="ServiceException">It is no batch.</exception>
    public static LivyBatch Read(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty("id", out var id)) throw new ServiceException("the service answered with something that is no batch");
        var state = Text(json, "state") ?? Text(json, "livyInfo", "currentState") ?? "unknown";
        return new LivyBatch(
            id.ToString(), Text(json, "name"), state, Text(json, "appId"), Text(json, "appInfo", "sparkUiUrl"), EndOf(Text(json, "result"), state),
            [.. Items(json, "errorInfo").Select(error => Text(error, "message")).OfType<string>()],
            [.. Items(json, "log").Where(line => line.ValueKind is JsonValueKind.String).Select(line => line.GetString()!)]);
    }

    // Synapse decides by a result of its own, which may come before or without a state of Livy; Livy knows states only.
    private static SparkEnd? EndOf(string? result, string state) => (result, state) switch
    {
        ("Succeeded", _) => SparkEnd.Succeeded,
        ("Failed", _) => SparkEnd.Failed,
        ("Cancelled", _) => SparkEnd.Killed,
        (_, "success") => SparkEnd.Succeeded,
        (_, "dead" or "error") => SparkEnd.Failed,
        (_, "killed") => SparkEnd.Killed,
        _ => null,
    };

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.EnumerateArray() : default;

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty(name, out json)) return null;
        return json.ValueKind is JsonValueKind.String && json.GetString() is { Length: > 0 } text ? text : null;
    }
}
