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

    /// <summary>State of a container: its name, and what is told of it; null before there is any.</summary>
    public static (string Name, JsonElement Said)? StateOf(JsonElement pod, string container)
    {
        if (Told(pod, container)?.At("state") is { ValueKind: JsonValueKind.Object } state)
            foreach (var member in state.EnumerateObject()) return (member.Name, member.Value);
        return null;
    }

    /// <summary>Whether a container that waits is about to start.</summary>
    public static bool IsOnItsWay(JsonElement said) => said.TextAt("reason") is not { } reason || OnItsWay.Contains(reason);

    /// <summary>Why the artifacts of a pod cannot be read any more; null while they can.</summary>
    public static string? LostArtifacts(JsonElement pod) => StateOf(pod, KubernetesVolume.Beside) is { Name: "terminated", Said: var ended }
        ? $"its artifacts are lost: {Disruption(pod) ?? $"the container {KubernetesVolume.Beside} of its pod ended before they were read, with {HowEnded(ended)}"}"
        : null;

    private static ContainerStatus OfPod(JsonElement pod)
    {
        var state = StateOf(pod, KubernetesManifests.Container);
        var exitCode = state is { Name: "terminated", Said: var ended } ? ended.At("exitCode")?.GetInt32() : null;
        if (exitCode == 0) return StateOf(pod, KubernetesVolume.Beside) is { Name: "waiting", Said: var late } ? Waiting(late, Name(pod, KubernetesVolume.Beside)) : new(ContainerPhase.Ended) { ExitCode = 0 };
        // A pod is not called failed before all of its containers have ended.
        if ((exitCode is not null || pod.TextAt("status", "phase") == "Failed") && Disruption(pod) is { } why) return new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerEvicted, Reason = why };
        if (state is null or { Name: "waiting" } && OfInputs(pod) is { } before) return before;
        return state switch
        {
            { Name: "terminated", Said: var said } => Terminated(said, exitCode),
            { Name: "running" } => new(ContainerPhase.Running),
            { Name: "waiting", Said: var said } => Waiting(said),
            _ when pod.TextAt("status", "phase") == "Failed" => new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerStart, Reason = pod.TextAt("status", "message") ?? "its pod failed before the container began" },
            _ => new(ContainerPhase.Waiting) { Reason = Condition(pod, "PodScheduled", "False") is { } unscheduled ? Said(unscheduled) : null },
        };
    }

    /// <summary>What the container says that runs before the one that works; null when that one's turn is.</summary>
    private static ContainerStatus? OfInputs(JsonElement pod) => StateOf(pod, KubernetesVolume.Before) switch
    {
        { Name: "waiting", Said: var said } => Waiting(said, Name(pod, KubernetesVolume.Before)),
        { Name: "running" } => new(ContainerPhase.Waiting) { WantsFiles = true },
        { Name: "terminated", Said: var ended } when ended.At("exitCode")?.GetInt32() is not 0 => new(ContainerPhase.Ended)
        {
            Code = ended.TextAt("reason") == "OOMKilled" ? OperatorErrors.ContainerMemory : OperatorErrors.ContainerStart,
            Reason = $"the container {KubernetesVolume.Before} of its pod, which takes the inputs, ended with {HowEnded(ended)}",
        },
        _ => null,
    };

    private static ContainerStatus Terminated(JsonElement said, int? exitCode) => said.TextAt("reason") switch
    {
        "OOMKilled" => new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerMemory, Reason = "OOMKilled: used more memory than memory_mb of its compute profile, or than its node had" },
        "ContainerCannotRun" or "StartError" => new(ContainerPhase.Ended) { ExitCode = exitCode, Code = OperatorErrors.ContainerStart, Reason = Said(said) },
        "Error" or "Completed" or null => new(ContainerPhase.Ended) { ExitCode = exitCode ?? 1 },
        var reason => new(ContainerPhase.Ended) { ExitCode = exitCode ?? 1, Reason = reason },
    };

    /// <summary>Why a container waits.</summary>
    /// <param name="said">What is told of it.</param>
    /// <param name="name">What to call it; null for the one that works.</param>
    private static ContainerStatus Waiting(JsonElement said, string? name = null)
    {
        if (IsOnItsWay(said)) return new(ContainerPhase.Waiting);
        var reason = said.TextAt("reason")!;
        return new(ContainerPhase.Waiting)
        {
            Reason = name is null ? Said(said) : $"{name}: {Said(said)}",
            Code = OfImage.Contains(reason) ? OperatorErrors.ContainerImage : OperatorErrors.ContainerStart,
            IsHopeless = Hopeless.Contains(reason),
        };
    }

    private static string Name(JsonElement pod, string container) => $"files_image {Told(pod, container)?.TextAt("image")} of the container {container}";

    private static JsonElement? Told(JsonElement pod, string container)
    {
        foreach (var told in pod.ItemsAt("status", container == KubernetesVolume.Before ? "initContainerStatuses" : "containerStatuses"))
        {
            if (told.TextAt("name") == container) return told;
        }
        return null;
    }

    private static string HowEnded(JsonElement ended) =>
        string.Join(": ", new[] { $"exit code {ended.At("exitCode")}", ended.TextAt("reason"), ended.TextAt("message")?.Trim() }.Where(text => text is { Length: > 0 } and not "Error"));

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
