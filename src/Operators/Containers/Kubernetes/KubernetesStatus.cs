using System.Text.Json;

namespace Updraft.Operators;

/// <summary>What a job and its pod say, put together. Pure.</summary>
internal static class KubernetesStatus
{
    private static readonly HashSet<string> OfImage = ["ErrImagePull", "ImagePullBackOff", "ImageInspectError", "ErrImageNeverPull", "RegistryUnavailable", "InvalidImageName"];
    private static readonly HashSet<string> Hopeless = ["ErrImageNeverPull", "InvalidImageName"];
    private static readonly HashSet<string> OnItsWay = ["ContainerCreating", "PodInitializing"];

    /// <summary>The status of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="pod">Its newest pod; null for none.</param>
    public static ContainerStatus Of(JsonElement job, JsonElement? pod)
    {
        var seen = pod is { } found ? OfPod(found) : null;
        if (seen?.Phase is ContainerPhase.Ended) return seen;
        if (Condition(job, "Complete") is not null) return new(ContainerPhase.Ended) { ExitCode = 0 };
        if (Condition(job, "Failed") is { } failed) return new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerEvicted, Reason = $"{Said(failed)}; its pod did not end by itself, or is gone" };
        return seen ?? new(ContainerPhase.Waiting) { Reason = Flag(job, "spec", "suspend") ? "the job is suspended" : null };
    }

    /// <summary>State of the container that does the work: its name, and what is told of it; null before there is any.</summary>
    public static (string Name, JsonElement Said)? StateOf(JsonElement pod)
    {
        foreach (var container in pod.ItemsAt("status", "containerStatuses").Where(container => container.TextAt("name") == KubernetesManifests.Container))
        {
            if (container.At("state") is { ValueKind: JsonValueKind.Object } state)
                foreach (var member in state.EnumerateObject()) return (member.Name, member.Value);
        }
        return null;
    }

    private static ContainerStatus OfPod(JsonElement pod)
    {
        var state = StateOf(pod);
        var exitCode = state is { Name: "terminated", Said: var ended } ? ended.At("exitCode")?.GetInt32() : null;
        if (exitCode == 0) return new(ContainerPhase.Ended) { ExitCode = 0 };
        if (pod.TextAt("status", "phase") == "Failed" && Disruption(pod) is { } why) return new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerEvicted, Reason = why };
        return state switch
        {
            { Name: "terminated", Said: var said } => Terminated(said, exitCode),
            { Name: "running" } => new(ContainerPhase.Running),
            { Name: "waiting", Said: var said } => Waiting(said),
            _ when pod.TextAt("status", "phase") == "Failed" => new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerStart, Reason = pod.TextAt("status", "message") ?? "its pod failed before the container began" },
            _ => new(ContainerPhase.Waiting) { Reason = Condition(pod, "PodScheduled", "False") is { } unscheduled ? Said(unscheduled) : null },
        };
    }

    private static ContainerStatus Terminated(JsonElement said, int? exitCode) => said.TextAt("reason") switch
    {
        "OOMKilled" => new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerMemory, Reason = "OOMKilled: used more memory than memory_mb of its compute profile, or than its node had" },
        "ContainerCannotRun" or "StartError" => new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerStart, Reason = Said(said) },
        "Error" or "Completed" or null => new(ContainerPhase.Ended) { ExitCode = exitCode ?? 1 },
        var reason => new(ContainerPhase.Ended) { ExitCode = exitCode ?? 1, Reason = reason },
    };

    private static ContainerStatus Waiting(JsonElement said)
    {
        var reason = said.TextAt("reason");
        if (reason is null || OnItsWay.Contains(reason)) return new(ContainerPhase.Waiting);
        return new(ContainerPhase.Waiting) { Reason = Said(said), Code = OfImage.Contains(reason) ? OperatorErrors.ContainerImage : OperatorErrors.ContainerStart, IsHopeless = Hopeless.Contains(reason) };
    }

    /// <summary>Why somebody else than the program ended a pod; null when nobody did.</summary>
    private static string? Disruption(JsonElement pod) =>
        pod.TextAt("status", "reason") is not null && pod.At("status") is { } status ? Said(status)
        : Condition(pod, "DisruptionTarget") is { } condition ? Said(condition)
        : null;

    private static JsonElement? Condition(JsonElement of, string type, string status = "True")
    {
        foreach (var condition in of.ItemsAt("status", "conditions"))
        {
            if (condition.TextAt("type") == type && condition.TextAt("status") == status) return condition;
        }
        return null;
    }

    private static string Said(JsonElement of) => string.Join(": ", new[] { of.TextAt("reason"), of.TextAt("message") }.Where(text => !string.IsNullOrWhiteSpace(text)));

    private static bool Flag(JsonElement of, params ReadOnlySpan<string> path) => of.At(path) is { ValueKind: JsonValueKind.True };
}
