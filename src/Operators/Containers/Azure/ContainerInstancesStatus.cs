using System.Text.Json;

namespace Updraft.Operators;

/// <summary>What a container group says of its one container. Pure.</summary>
internal static class ContainerInstancesStatus
{
    public static ContainerStatus Of(JsonElement group)
    {
        var container = group.ItemsAt("properties", "containers").FirstOrDefault();
        var view = container.At("properties", "instanceView");
        var state = view is { } seen ? seen.At("currentState") : null;
        var detail = state is { } current ? current.TextAt("detailStatus") : null;
        switch (state is { } now ? now.TextAt("state") : null)
        {
            case "Running": return new(ContainerPhase.Running);
            case "Terminated" when state!.Value.At("exitCode") is { ValueKind: JsonValueKind.Number } exitCode:
                return detail == "OOMKilled"
                    ? new(ContainerPhase.Ended) { ExitCode = exitCode.GetInt32(), Code = OperatorErrors.ContainerMemory, Reason = "OOMKilled: used more memory than memory_mb of its compute profile" }
                    : new(ContainerPhase.Ended) { ExitCode = exitCode.GetInt32(), Reason = detail is "Completed" or "Error" or "" ? null : detail };
        }
        var warning = Warning(view) ?? Warning(group.At("properties", "instanceView"));
        var code = IsOfImage(detail) || IsOfImage(warning) ? OperatorErrors.ContainerImage : OperatorErrors.ContainerStart;
        var reason = warning ?? (detail is { Length: > 0 } ? detail : null);
        return (group.TextAt("properties", "instanceView", "state") ?? group.TextAt("properties", "provisioningState")) switch
        {
            "Stopped" => new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerEvicted, Reason = "the container group was stopped by somebody else" },
            "Failed" or "Unhealthy" => new(ContainerPhase.Ended) { Code = code, Reason = reason ?? "the container group failed, and the service does not say why" },
            "Succeeded" when state is not null => new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerEvicted, Reason = "the container group has ended without an exit code" },
            _ => new(ContainerPhase.Waiting) { Code = code, Reason = reason },
        };
    }

    /// <summary>The last warning among the events; null for none.</summary>
    private static string? Warning(JsonElement? view)
    {
        var last = view?.ItemsAt("events").LastOrDefault(each => each.TextAt("type") == "Warning") ?? default;
        return last.ValueKind is JsonValueKind.Object ? last.TextAt("message") : null;
    }

    private static bool IsOfImage(string? text) =>
        text is not null && (text.Contains("pull", StringComparison.OrdinalIgnoreCase) || text.Contains("InaccessibleImage", StringComparison.OrdinalIgnoreCase));
}
