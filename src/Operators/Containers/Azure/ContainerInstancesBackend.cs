using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Container groups of one container each. A group's id is its name, which is also that of the share that it mounts. API 2023-05-01.</summary>
/// <param name="place">Where groups are.</param>
/// <param name="fields">The operator's fields.</param>
/// <param name="registry">Where the image is pulled from; null for a public registry.</param>
/// <param name="account">The storage account whose shares hand files over, with its key; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainerInstancesBackend(ArmPlace place, ContainerInstancesFields fields, Connection? registry, Connection? account, TimeProvider time) : IContainerBackend
{
    private const string Version = "api-version=2023-05-01";
    private const string Container = "main";
    private const string Volume = "updraft";
    private const int Tail = 2000;
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private bool _hasLog;

    public string? OutputFile(string name) => account is null ? null : ContainerShare.OutputFileOf(folder: null);

    public string? FilesFolder(string name) => account is null ? null : ContainerShare.FolderOf(folder: null);

    // A group that has ended would be made and run again by a second PUT, so it is looked for first.
    public async Task<string> StartAsync(ContainerJob job, CancellationToken stop)
    {
        if (await GetAsync(job.Name, stop) is { } there)
        {
            return there.TextAt("properties", "provisioningState") == "Deleting" ? throw new ServiceException($"container group {job.Name} is still being deleted") : job.Name;
        }
        return Share(job.Name) is { } share ? await share.StartAsync(job.Files, () => MakeAsync(job, stop), stop) : await MakeAsync(job, stop);
    }

    private async Task<string> MakeAsync(ContainerJob job, CancellationToken stop)
    {
        try
        {
            await place.Client.CallAsync(HttpMethod.Put, Group(job.Name), Body(job), cancellation: stop);
            return job.Name;
        }
        catch (ServiceRefusal e) when (e.Status is HttpStatusCode.Conflict)
        {
            throw new ServiceException(e.Message, e.Status, inner: e); // The region has no room, or a quota is used up: for now.
        }
        catch (ServiceRefusal e) when (e.Message.Contains("InaccessibleImage", StringComparison.Ordinal) || e.Message.Contains("RegistryErrorResponse", StringComparison.Ordinal))
        {
            throw new UpdraftException(OperatorErrors.ContainerImage, $"image {job.Image} cannot be pulled: {e.Message}", e);
        }
    }

    public Task<string?> FindAsync(string name, CancellationToken stop) => Task.FromResult<string?>(name);

    public async Task<ContainerStatus?> LookAsync(string id, CancellationToken stop)
    {
        if (await GetAsync(id, stop) is not { } group) return null;
        var status = ContainerInstancesStatus.Of(group);
        _hasLog = status.Phase is ContainerPhase.Running || status.ExitCode is not null;
        return status;
    }

    public async Task<LogPage?> ReadLogAsync(string id, DateTimeOffset? since, bool hasEnded, CancellationToken stop)
    {
        if (!_hasLog) return LogPage.Empty;
        var page = await PageAsync(id, since is null ? null : Tail, hasEnded, stop);
        // Where the last lines do not reach back to those that are known, all that the service keeps is asked for.
        return since is { } known && page.Lines.Count >= Tail && page.Lines[0].At > known ? await PageAsync(id, null, hasEnded, stop) : page;
    }

    public async Task<string?> ReadOutputAsync(string id, CancellationToken stop) => Share(id) is { } share ? await share.ReadOutputAsync(stop) : null;

    public Task FetchAsync(string id, string folder, CancellationToken stop) => Share(id)!.FetchAsync(folder, stop);

    public async Task<bool> KillAsync(string id, CancellationToken stop)
    {
        await DeleteAsync(id, stop);
        return await GetAsync(id, stop) is null;
    }

    public Task ClearAsync(string name, CancellationToken stop) => Share(name)?.RemoveAsync(stop) ?? Task.CompletedTask;

    public async Task RemoveAsync(string id, CancellationToken stop)
    {
        await DeleteAsync(id, stop);
        await ClearAsync(id, stop);
    }

    private ContainerShare? Share(string name) => account is null ? null : new(ContainerShare.ServiceOf(account, fields.Files!, time), name, folder: null);

    private async Task DeleteAsync(string id, CancellationToken stop) => await place.Client.CallAsync(HttpMethod.Delete, Group(id), mayMiss: true, cancellation: stop);

    private string Group(string name, string below = "", string query = "") => $"{place.Group}/providers/Microsoft.ContainerInstance/containerGroups/{name}{below}?{Version}{query}";

    private async Task<JsonElement?> GetAsync(string name, CancellationToken stop) => (await place.Client.CallAsync(HttpMethod.Get, Group(name), mayMiss: true, cancellation: stop))?.Json();

    private async Task<LogPage> PageAsync(string id, int? tail, bool hasEnded, CancellationToken stop)
    {
        var lines = tail is { } count ? string.Create(CultureInfo.InvariantCulture, $"&tail={count}") : "";
        var answer = await place.Client.CallAsync(HttpMethod.Get, Group(id, $"/containers/{Container}/logs", $"&timestamps=true{lines}"), mayMiss: true, cancellation: stop);
        return answer is null ? LogPage.Empty : LogPage.Of(answer.Json().TextAt("content") ?? "", hasEnded);
    }

    private byte[] Body(ContainerJob job) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        location = place.Location ?? throw new UpdraftException(OperatorErrors.Fields, $"no location is given: set the field, or the option of connection '{fields.Connection}'"),
        tags = job.Belongs.ToDictionary(part => $"updraft-{part.Key}", part => part.Value.Length <= 256 ? part.Value : part.Value[..256]),
        identity = fields.Identity is { } identity ? new { type = "UserAssigned", userAssignedIdentities = new Dictionary<string, object> { [identity] = new { } } } : null,
        properties = new
        {
            osType = "Linux",
            restartPolicy = "Never",
            imageRegistryCredentials = registry is null ? null : new[] { Registry(registry) },
            volumes = account is null ? null : new[] { new { name = Volume, azureFile = new { shareName = job.Name, storageAccountName = account.User, storageAccountKey = account.Password } } },
            subnetIds = fields.Subnet is { } subnet ? new[] { new { id = subnet } } : null,
            containers = new[]
            {
                new
                {
                    name = Container,
                    properties = new
                    {
                        image = job.Image,
                        command = job.Command.IsEmpty ? null : job.Command.AddRange(job.Args).ToArray(),
                        environmentVariables = job.Environment.Select(variable => variable.Value.IsSecret
                            ? new { name = variable.Key, value = (string?)null, secureValue = (string?)variable.Value.Value }
                            : new { name = variable.Key, value = (string?)variable.Value.Value, secureValue = (string?)null }),
                        resources = new { requests = Resources(job.Compute) },
                        volumeMounts = account is null ? null : new[] { new { name = Volume, mountPath = ContainerFiles.Folder } },
                    },
                },
            },
        },
    }, Options);

    // A group must say what it wants; without a profile it is what the service's own tools ask for.
    private static object Resources(ComputeProfile compute) => new { cpu = compute.Cpu ?? 1, memoryInGB = compute.MemoryMb is { } megabytes ? Math.Ceiling(megabytes / 102.4) / 10 : 1.5 };

    private object Registry(Connection connection) => connection is { Url: { } url, User: { } user }
        ? new { server = url.Authority, username = (string?)user, password = connection.Password, identity = (string?)null }
        : connection.Url is { } server && fields.Identity is { } identity
            ? new { server = server.Authority, username = (string?)null, password = (string?)null, identity = (string?)identity }
            : throw new UpdraftException(OperatorErrors.Fields, $"connection '{fields.Registry}' needs a url, and a user or the field identity, by which the image is pulled");
}
