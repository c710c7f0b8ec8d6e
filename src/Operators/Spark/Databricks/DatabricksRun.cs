using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>A run, or one task of it, as the Jobs API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Key of the task; empty for a run.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="LifeCycle">Where it stands, as in RUNNING.</param>
/// <param name="Result">How it ended, as in SUCCESS; null before that.</param>
/// <param name="Message">What the service says about it; empty for nothing.</param>
/// <param name="PageUrl">Where the workspace shows it; null where it does not.</param>
/// <param name="ClusterId">The cluster it is on; null before it has one, and without one.</param>
/// <param name="LogDestination">Where its new cluster delivers logs; null for nowhere.</param>
/// <param name="Tasks">Its tasks.</param>
internal sealed record DatabricksRun(
    string Id, string Key, string? Name, string LifeCycle, string? Result, string Message, string? PageUrl, string? ClusterId, string? LogDestination, ImmutableArray<DatabricksRun> Tasks)
{
    /// <summary>How it ended; null while it is queued or at work.</summary>
    public SparkEnd? End => (LifeCycle, Result) switch
    {
        ("TERMINATED", "SUCCESS" or "SUCCESS_WITH_FAILURES") => SparkEnd.Succeeded,
        ("TERMINATED", "CANCELED" or "USER_CANCELED" or "UPSTREAM_CANCELED") => SparkEnd.Killed,
        ("TERMINATED" or "SKIPPED" or "INTERNAL_ERROR", _) => SparkEnd.Failed,
        _ => null,
    };

    /// <summary>Where the logs of its cluster are delivered; null for nowhere.</summary>
    public string? ClusterLogs => LogDestination is { } folder && ClusterId is { } id ? $"{folder.TrimEnd('/')}/{id}" : null;

    public static DatabricksRun Read(JsonElement json)
    {
        if (Member(json, "run_id") is not { } id) throw new ServiceException("the service answered with something that is no run");
        // Version 2.2 says it in other words, beside the old ones or instead of them.
        var (state, status) = (Member(json, "state"), Member(json, "status"));
        var details = Member(status, "termination_details");
        var cluster = Member(json, "cluster_spec") ?? json;
        var logs = Member(Member(cluster, "new_cluster"), "cluster_log_conf");
        return new DatabricksRun(
            id.ToString(), Text(json, "task_key") ?? "", Text(json, "run_name"), Text(state, "life_cycle_state") ?? Text(status, "state") ?? "UNKNOWN", Text(state, "result_state") ?? Text(details, "code"),
            Text(state, "state_message") ?? Text(details, "message") ?? "", Text(json, "run_page_url"),
            Text(Member(json, "cluster_instance"), "cluster_id") ?? Text(json, "existing_cluster_id"),
            logs is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject().Select(kind => Text(kind.Value, "destination")).FirstOrDefault() : null,
            Member(json, "tasks") is { ValueKind: JsonValueKind.Array } tasks ? [.. tasks.EnumerateArray().Select(Read)] : []);
    }

    internal static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    internal static string? Text(JsonElement? json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
