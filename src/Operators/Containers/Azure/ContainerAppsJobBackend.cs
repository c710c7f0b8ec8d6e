using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Executions of one job. An execution has a name that the service makes and takes no key of ours, so it is found again by the variable that
/// names the try. API 2024-03-01.
/// </summary>
/// <param name="place">Where the job is.</param>
/// <param name="fields">The operator's fields.</param>
/// <param name="share">What is handed to the execution and by it; null for nothing.</param>
internal sealed class ContainerAppsJobBackend(ArmPlace place, ContainerAppsJobFields fields, ContainerShare? share) : IContainerBackend
{
    private const string Version = "api-version=2024-03-01";

    // Until the service has told the execution's name, it is known by the try's.
    private const string Nameless = "updraft-";

    public string? OutputFile(string name) => share is null ? null : ContainerShare.OutputFileOf(name);

    public string? FilesFolder(string name) => share is null ? null : ContainerShare.FolderOf(name);

    public async Task<string> StartAsync(ContainerJob job, CancellationToken stop)
    {
        if (await FindAsync(job.Name, stop) is { } there) return there;
        var answer = await place.Client.CallAsync(HttpMethod.Get, Job(), mayMiss: true, cancellation: stop)
            ?? throw new UpdraftException(OperatorErrors.Refused, $"there is no job '{fields.Job}' in {place.Group}: make it first");
        var template = Template(answer.Json(), job);
        return share is null ? await StartAsync(job.Name, template, stop) : await share.StartAsync(job.Files, () => StartAsync(job.Name, template, stop), stop);
    }

    private async Task<string> StartAsync(string name, JsonObject template, CancellationToken stop)
    {
        try
        {
            var started = await place.Client.CallAsync(HttpMethod.Post, Job("/start"), template, cancellation: stop);
            return started!.Content.IsEmpty ? name : started.Json().TextAt("name") ?? name;
        }
        catch (ServiceRefusal e) when (e.Status is HttpStatusCode.Conflict)
        {
            throw new ServiceException(e.Message, e.Status, inner: e); // The job is being changed.
        }
    }

    public async Task<string?> FindAsync(string name, CancellationToken stop)
    {
        for (var next = Job("/executions"); next is not null;)
        {
            var page = (await place.Client.CallAsync(HttpMethod.Get, next, mayMiss: true, cancellation: stop))?.Json();
            if (page is not { } list) return null;
            foreach (var execution in list.ItemsAt("value"))
            {
                if (AttemptOf(execution) is { } attempt && ContainerJob.NameOf(attempt) == name) return execution.TextAt("name");
            }
            next = list.TextAt("nextLink");
        }
        return null;
    }

    public async Task<ContainerStatus?> LookAsync(string id, CancellationToken stop)
    {
        if (await NamedAsync(id, stop) is not { } name) return new(ContainerPhase.Waiting) { Reason = "the execution is accepted, and not listed yet" };
        var execution = await place.Client.CallAsync(HttpMethod.Get, Job($"/executions/{Uri.EscapeDataString(name)}"), mayMiss: true, cancellation: stop);
        return execution is null ? null : execution.Json().TextAt("properties", "status") switch
        {
            "Succeeded" => new(ContainerPhase.Ended) { ExitCode = 0 },
            "Failed" => new(ContainerPhase.Ended) { Code = OperatorErrors.TaskFailed, Reason = $"execution {name} failed; the service tells no exit code: see {LogsOf(name)}" },
            "Stopped" => new(ContainerPhase.Ended) { Code = OperatorErrors.ContainerEvicted, Reason = $"execution {name} was stopped by somebody else, or overran the job's replica timeout" },
            _ => new(ContainerPhase.Running),
        };
    }

    // The service shows logs of executions through a preview of its CLI, and keeps them in Log Analytics, minutes later.
    public Task<LogPage?> ReadLogAsync(string id, DateTimeOffset? since, bool hasEnded, CancellationToken stop) =>
        Task.FromResult(since is null ? new LogPage([new LogLine(DateTimeOffset.UnixEpoch, $"[the log is kept in {LogsOf(id)}]")], IsFull: false) : null);

    public async Task<string?> ReadOutputAsync(string id, CancellationToken stop) => share is null ? null : await share.ReadOutputAsync(stop);

    public Task FetchAsync(string id, string folder, CancellationToken stop) => share!.FetchAsync(folder, stop);

    public async Task<bool> KillAsync(string id, CancellationToken stop)
    {
        var status = await LookAsync(id, stop);
        if (status is null or { Phase: ContainerPhase.Ended }) return true;
        if (await NamedAsync(id, stop) is not { } name) return false;
        await place.Client.CallAsync(HttpMethod.Post, Job($"/executions/{Uri.EscapeDataString(name)}/stop"), mayMiss: true, cancellation: stop);
        return await LookAsync(id, stop) is null or { Phase: ContainerPhase.Ended };
    }

    // The service removes executions itself, by the job's own history.
    public Task RemoveAsync(string id, CancellationToken stop) => ClearAsync(id, stop);

    public Task ClearAsync(string name, CancellationToken stop) => share?.RemoveAsync(stop) ?? Task.CompletedTask;

    private string LogsOf(string id) => $"Log Analytics: ContainerAppConsoleLogs_CL | where ContainerGroupName_s startswith '{(id.StartsWith(Nameless, StringComparison.Ordinal) ? fields.Job : id)}'";

    private static string? AttemptOf(JsonElement execution)
    {
        return execution.ItemsAt("properties", "template", "containers").SelectMany(container => container.ItemsAt("env"))
            .Where(variable => variable.TextAt("name") == ContainerJob.AttemptVariable)
            .Select(variable => variable.TextAt("value"))
            .FirstOrDefault();
    }

    private async Task<string?> NamedAsync(string id, CancellationToken stop) => id.StartsWith(Nameless, StringComparison.Ordinal) ? await FindAsync(id, stop) : id;

    private string Job(string below = "") => $"{place.Group}/providers/Microsoft.App/jobs/{Uri.EscapeDataString(fields.Job)}{below}?{Version}";

    /// <summary>A template replaces the job's whole one, so it is that one with the task's part changed.</summary>
    private JsonObject Template(JsonElement found, ContainerJob job)
    {
        var own = found.At("properties", "template") is { ValueKind: JsonValueKind.Object } template ? JsonObject.Create(template)! : [];
        var containers = own["containers"]?.AsArray().Select(container => Kept(container!.AsObject())).ToList() ?? [];
        var changed = fields.Container is { } name ? containers.Find(container => (string?)container["name"] == name) : containers.FirstOrDefault();
        if (changed is null) throw new UpdraftException(OperatorErrors.Fields, $"the job '{fields.Job}' has no container{(fields.Container is null ? "" : $" '{fields.Container}'")}");
        if (share is not null) ContainerAppsMount.Check(found.At("properties", "template")!.Value, fields.Container, fields.Job);
        Change(changed, job);
        var start = new JsonObject { ["containers"] = new JsonArray([.. containers]) };
        if (own["initContainers"] is JsonArray { Count: > 0 } first) start["initContainers"] = new JsonArray([.. first.Select(container => Kept(container!.AsObject()))]);
        return start;
    }

    /// <summary>What of a job's container an execution may say.</summary>
    private static JsonObject Kept(JsonObject container)
    {
        string[] kept = ["name", "image", "command", "args", "env", "resources"];
        return new JsonObject(kept.Where(name => container[name] is not null).Select(name => KeyValuePair.Create(name, (JsonNode?)container[name]!.DeepClone())));
    }

    private void Change(JsonObject container, ContainerJob job)
    {
        if (job.Image is not null) container["image"] = job.Image;
        if (!job.Command.IsEmpty) container["command"] = Texts(job.Command);
        if (!job.Args.IsEmpty) container["args"] = Texts(job.Args);
        var mine = job.Environment.ToDictionary(variable => variable.Key, variable => new JsonObject { ["name"] = variable.Key, ["value"] = variable.Value.Value });
        foreach (var (name, secret) in fields.SecretRefs) mine[name] = new JsonObject { ["name"] = name, ["secretRef"] = secret };
        var own = container["env"]?.AsArray().Where(variable => !mine.ContainsKey((string)variable!["name"]!)).Select(variable => variable!.DeepClone()) ?? [];
        container["env"] = new JsonArray([.. own, .. mine.Values]);
        var resources = container["resources"]?.AsObject() ?? [];
        resources.Remove("ephemeralStorage"); // The service's own word, which it does not take back.
        if (job.Compute.Cpu is { } cpu) resources["cpu"] = cpu;
        if (job.Compute.MemoryMb is { } megabytes) resources["memory"] = string.Create(CultureInfo.InvariantCulture, $"{megabytes / 1024.0:0.##}Gi");
        container["resources"] = resources;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
