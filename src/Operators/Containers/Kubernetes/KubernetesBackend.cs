using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Jobs of one namespace, through the API server. A job's id is its name.</summary>
internal sealed class KubernetesBackend(KubernetesAccess access, KubernetesFields fields, bool hasSecrets) : IContainerBackend
{
    /// <summary>Most of a log that is read at once, in bytes.</summary>
    public const int LogBytes = 4 << 20;

    private readonly ServiceClient _api = access.Client();
    private readonly string _namespace = Uri.EscapeDataString(fields.Namespace ?? access.Namespace);
    private JsonElement? _pod;

    public string? OutputFile(string name) => KubernetesManifests.TerminationFile;

    public string? FilesFolder(string name) => ContainerFiles.Folder;

    public bool SendsFilesLater => true;

    public async Task<string> StartAsync(ContainerJob job, CancellationToken stop)
    {
        var body = KubernetesManifests.Job(job, fields);
        if (hasSecrets) await MakeAsync(Secrets(), KubernetesManifests.Secret(job, owner: null), stop);
        JsonElement made;
        try
        {
            made = await MakeAsync(Jobs(), body, stop) ?? await ThereAsync(job.Name, stop);
        }
        catch (ServiceRefusal) when (hasSecrets)
        {
            await DeleteAsync(Secrets(job.Name), stop);
            throw;
        }
        // From now on the secret goes when the job goes, whoever removes it.
        if (hasSecrets) await _api.CallAsync(HttpMethod.Put, Secrets(job.Name), KubernetesManifests.Secret(job, made.TextAt("metadata", "uid")), cancellation: stop);
        return job.Name;
    }

    public Task<string?> FindAsync(string name, CancellationToken stop) => Task.FromResult<string?>(name);

    public async Task<ContainerStatus?> LookAsync(string id, CancellationToken stop)
    {
        if (await _api.CallAsync(HttpMethod.Get, Jobs(id), mayMiss: true, cancellation: stop) is not { } job) return null;
        _pod = await PodAsync(id, stop);
        var status = KubernetesStatus.Of(job.Json(), _pod);
        if (status.WantsFiles) status = status with { WantsFiles = !await AreSentAsync(_pod!.Value, stop) };
        return _pod is null && status is { Phase: ContainerPhase.Waiting, Reason: null } ? status with { Reason = await WarningAsync(id, stop) } : status;
    }

    public async Task<LogPage?> ReadLogAsync(string id, DateTimeOffset? since, bool hasEnded, CancellationToken stop)
    {
        if (_pod is not { } pod || KubernetesStatus.StateOf(pod, KubernetesManifests.Container) is not { Name: "running" or "terminated" }) return LogPage.Empty;
        var query = string.Create(CultureInfo.InvariantCulture, $"container={KubernetesManifests.Container}&timestamps=true&limitBytes={LogBytes}");
        // The API knows whole seconds.
        if (since is { } at) query += $"&sinceTime={at.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}";
        var answer = await _api.CallAsync(HttpMethod.Get, $"{Pods}/{Uri.EscapeDataString(pod.TextAt("metadata", "name")!)}/log?{query}", mayMiss: true, cancellation: stop);
        return answer is null ? LogPage.Empty : LogPage.Of(Encoding.UTF8.GetString(answer.Content.Span), hasEnded, isFull: answer.Content.Length >= LogBytes);
    }

    public async Task<string?> ReadOutputAsync(string id, CancellationToken stop)
    {
        _pod ??= await PodAsync(id, stop);
        return _pod is { } pod && KubernetesStatus.StateOf(pod, KubernetesManifests.Container) is { Name: "terminated", Said: var said } ? said.TextAt("message") : null;
    }

    public async Task SendAsync(string id, string folder, CancellationToken stop)
    {
        _pod ??= await PodAsync(id, stop);
        await Files(_pod ?? throw new ServiceException($"the pod of job {id} is gone")).SendAsync(folder, stop);
    }

    public async Task FetchAsync(string id, string folder, CancellationToken stop)
    {
        _pod ??= await PodAsync(id, stop);
        if (_pod is not { } pod) throw new UpdraftException(OperatorErrors.ContainerEvicted, "its pod was removed before its artifacts were read");
        if (KubernetesStatus.LostArtifacts(pod) is { } why) throw new UpdraftException(OperatorErrors.ContainerEvicted, why);
        await Files(pod).FetchAsync(folder, stop);
    }

    public async Task ReleaseAsync(string id, CancellationToken stop)
    {
        if (fields.Artifacts.IsEmpty || (_pod ??= await PodAsync(id, stop)) is not { } pod) return;
        var state = KubernetesStatus.StateOf(pod, KubernetesVolume.Beside);
        if (state is { Name: "waiting", Said: var said } && KubernetesStatus.IsOnItsWay(said)) throw new ServiceException($"the container {KubernetesVolume.Beside} of job {id} has not started yet, so it cannot be told to end");
        if (state is { Name: "running" }) await Files(pod).ReleaseAsync(stop);
    }

    public async Task<bool> KillAsync(string id, CancellationToken stop)
    {
        if (hasSecrets) await DeleteAsync(Secrets(id), stop);
        await DeleteAsync($"{Jobs(id)}?propagationPolicy=Foreground", stop);
        return await _api.CallAsync(HttpMethod.Get, Jobs(id), mayMiss: true, cancellation: stop) is null && await PodAsync(id, stop) is null;
    }

    public Task RemoveAsync(string id, CancellationToken stop) => DeleteAsync($"{Jobs(id)}?propagationPolicy=Background", stop);

    private async Task<bool> AreSentAsync(JsonElement pod, CancellationToken stop)
    {
        try
        {
            return await Files(pod).AreSentAsync(stop);
        }
        catch (ServiceRefusal e) when (e.Status is HttpStatusCode.Forbidden)
        {
            return false; // To send them is refused as well, and that fails the task.
        }
    }

    private KubernetesFiles Files(JsonElement pod) => new(access, $"{Pods}/{Uri.EscapeDataString(pod.TextAt("metadata", "name")!)}");

    private string Pods => $"api/v1/namespaces/{_namespace}/pods";

    private string Jobs(string? name = null) => $"apis/batch/v1/namespaces/{_namespace}/jobs{(name is null ? "" : $"/{name}")}";

    private string Secrets(string? name = null) => $"api/v1/namespaces/{_namespace}/secrets{(name is null ? "" : $"/{name}")}";

    /// <summary>Makes something, and returns it; null when it is there already.</summary>
    private async Task<JsonElement?> MakeAsync(string path, byte[] body, CancellationToken stop)
    {
        try
        {
            return (await _api.CallAsync(HttpMethod.Post, path, body, cancellation: stop))!.Json();
        }
        catch (ServiceRefusal e) when (e.Status is HttpStatusCode.Conflict)
        {
            return null;
        }
        catch (ServiceRefusal e) when (e.Status is HttpStatusCode.Forbidden && e.Message.Contains("exceeded quota", StringComparison.OrdinalIgnoreCase))
        {
            throw new ServiceException(e.Message, e.Status, inner: e); // There may be room later.
        }
    }

    /// <summary>The job of this try, which is there already. One that is being deleted is waited for: it is not the one that is wanted.</summary>
    private async Task<JsonElement> ThereAsync(string name, CancellationToken stop)
    {
        if (await _api.CallAsync(HttpMethod.Get, Jobs(name), mayMiss: true, cancellation: stop) is { } there && there.Json() is var job
            && job.TextAt("metadata", "deletionTimestamp") is null) return job;
        throw new ServiceException($"job {name} is still being deleted");
    }

    private async Task<JsonElement?> PodAsync(string name, CancellationToken stop)
    {
        var answer = await _api.CallAsync(HttpMethod.Get, $"{Pods}?labelSelector={Uri.EscapeDataString($"{KubernetesManifests.AttemptLabel}={name}")}", cancellation: stop);
        JsonElement? newest = null;
        foreach (var pod in answer!.Json().GetProperty("items").EnumerateArray())
        {
            if (newest is not { } other || string.CompareOrdinal(pod.TextAt("metadata", "creationTimestamp"), other.TextAt("metadata", "creationTimestamp")) > 0) newest = pod;
        }
        return newest;
    }

    /// <summary>Why the cluster makes no pod of a job, as for a service account that is not there; null when it does not say, or not to this account.</summary>
    private async Task<string?> WarningAsync(string name, CancellationToken stop)
    {
        try
        {
            var answer = await _api.CallAsync(HttpMethod.Get, $"api/v1/namespaces/{_namespace}/events?fieldSelector={Uri.EscapeDataString($"involvedObject.kind=Job,involvedObject.name={name},type=Warning")}", mayMiss: true, cancellation: stop);
            return answer?.Json().ItemsAt("items").Select(each => each.TextAt("message")).LastOrDefault();
        }
        catch (ServiceRefusal)
        {
            return null;
        }
    }

    private async Task DeleteAsync(string path, CancellationToken stop) => await _api.CallAsync(HttpMethod.Delete, path, mayMiss: true, cancellation: stop);
}
