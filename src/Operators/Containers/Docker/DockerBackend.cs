using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Containers of the Docker that the CLI reaches. A container's id is its name.</summary>
internal sealed class DockerBackend(DockerFields fields) : IContainerBackend
{
    private const int NotRun = 125; // Docker's own exit code for a container that it could not make or start; 126 and 127 mean its program.

    private const string Output = "/tmp/updraft-output.json";

    public string? OutputFile(string name) => Output;

    public string? FilesFolder(string name) => ContainerFiles.Folder;

    public async Task<string> StartAsync(ContainerJob job, CancellationToken stop)
    {
        if (await StateAsync(job.Name, stop) is { } there) return await StartAgainAsync(job, there, stop);
        var secrets = job.Environment.Where(variable => variable.Value.IsSecret).ToDictionary(variable => variable.Key, variable => variable.Value.Value);
        foreach (var name in secrets.Keys.Where(IsOfDocker))
            throw new UpdraftException(OperatorErrors.ContainerUnsupported, $"variable {name} holds a secret and is one that Docker's CLI reads itself: hand the secret over by another name");
        // What is filled before its start is only made first.
        var answer = await DockerCli.CallAsync([.. job.Files is null ? (string[])["run", "--detach"] : ["create"], .. Options(job)], secrets, stop);
        if (answer.ExitCode == 0) return job.Files is null ? job.Name : await FillAndStartAsync(job, stop);
        if (answer.Says("is already in use")) return await StartAsync(job, stop);
        await RemoveAsync(job.Name, stop);
        throw Refusal(job, answer);
    }

    public Task<string?> FindAsync(string name, CancellationToken stop) => Task.FromResult<string?>(name);

    public async Task<ContainerStatus?> LookAsync(string id, CancellationToken stop)
    {
        if (await StateAsync(id, stop) is not { } state) return null;
        var error = state.GetProperty("Error").GetString();
        return state.GetProperty("Status").GetString() switch
        {
            "created" => new(ContainerPhase.Waiting) { Reason = error },
            // A child may have been killed for want of memory, and the program have gone on without it.
            "exited" or "dead" when state.GetProperty("OOMKilled").GetBoolean() && state.GetProperty("ExitCode").GetInt32() != 0 =>
                new(ContainerPhase.Ended) { ExitCode = state.GetProperty("ExitCode").GetInt32(), Code = OperatorErrors.ContainerMemory, Reason = "used more memory than memory_mb of its compute profile, and was killed" },
            "exited" or "dead" => new(ContainerPhase.Ended) { ExitCode = state.GetProperty("ExitCode").GetInt32(), Reason = error is { Length: > 0 } ? error : null },
            _ => new(ContainerPhase.Running),
        };
    }

    public async Task<LogPage?> ReadLogAsync(string id, DateTimeOffset? since, bool hasEnded, CancellationToken stop)
    {
        string[] from = since is { } at ? ["--since", at.ToString("O", CultureInfo.InvariantCulture)] : [];
        var answer = await DockerCli.CallAsync(["logs", "--timestamps", .. from, id], null, stop);
        if (answer.ExitCode != 0 && !answer.IsCut) throw new ServiceException($"docker logs: {answer.Said}");
        // Both streams come apart and are put together by their times. Of a stream that was cut, the other may have gone on further.
        var output = LogPage.Of(answer.Text, hasEnded, answer.IsOutputCut).Lines;
        var errors = LogPage.Of(answer.ErrorText, hasEnded, answer.AreErrorsCut).Lines;
        var bound = answer.IsOutputCut ? output[^1].At : answer.AreErrorsCut ? errors[^1].At : DateTimeOffset.MaxValue;
        return new LogPage([.. output.Concat(errors).Where(line => line.At <= bound).OrderBy(line => line.At)], answer.IsCut);
    }

    public async Task<string?> ReadOutputAsync(string id, CancellationToken stop)
    {
        var answer = await DockerCli.CallAsync(["cp", $"{id}:{Output}", "-"], null, stop);
        if (answer.ExitCode != 0) return answer.IsMissing || answer.Says("Could not find the file") ? null : throw new ServiceException($"docker cp: {answer.Said}");
        if (answer.IsCut) throw new UpdraftException(OperatorErrors.Output, $"the file {ContainerJob.OutputVariable} is larger than {DockerCli.MaxOutput >> 20} MB: write the data elsewhere and hand over its place");
        using var tar = new TarReader(new MemoryStream(answer.Output));
        if ((await tar.GetNextEntryAsync(cancellationToken: stop))?.DataStream is not { } file) return null;
        using var reader = new StreamReader(file, Encoding.UTF8);
        return await reader.ReadToEndAsync(stop);
    }

    public async Task FetchAsync(string id, string folder, CancellationToken stop)
    {
        var answer = await DockerCli.CallAsync(["cp", $"{id}:{ContainerFiles.Folder}/{ContainerFiles.ArtifactsFolder}", folder], null, stop);
        if (answer.IsMissing) throw new UpdraftException(OperatorErrors.Output, "the container was removed before its artifacts were read");
        if (answer.ExitCode != 0) throw new ServiceException($"docker cp: {answer.Said}");
    }

    public async Task<bool> KillAsync(string id, CancellationToken stop)
    {
        var seconds = ((int)Math.Ceiling(fields.KillGrace.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var stopped = await DockerCli.CallAsync(["stop", "-t", seconds, id], null, stop);
        if (stopped.IsMissing) return true;
        await RemoveAsync(id, stop);
        return await StateAsync(id, stop) is null;
    }

    public async Task RemoveAsync(string id, CancellationToken stop)
    {
        var answer = await DockerCli.CallAsync(["rm", "--force", "--volumes", id], null, stop);
        if (answer.ExitCode != 0 && !answer.IsMissing && !answer.Says("is already in progress")) throw new ServiceException($"docker rm: {answer.Said}");
    }

    private IEnumerable<string> Options(ContainerJob job) =>
    [
        "--name", job.Name,
        .. job.Belongs.SelectMany(label => new[] { "--label", $"updraft.{label.Key}={label.Value}" }),
        // A secret stands in no command line: the name alone tells the CLI to hand its own variable on.
        .. job.Environment.SelectMany(variable => new[] { "--env", variable.Value.IsSecret ? variable.Key : $"{variable.Key}={variable.Value.Value}" }),
        .. job.Compute.Cpu is { } cpu ? ["--cpus", cpu.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. job.Compute.MemoryMb is { } memory ? ["--memory", $"{memory}m"] : Array.Empty<string>(),
        .. job.Compute.Gpu is > 0 and var gpus ? ["--gpus", gpus.ToString()!] : Array.Empty<string>(),
        .. job.WorkingDirectory is { } folder ? ["--workdir", folder] : Array.Empty<string>(),
        .. job.Command.IsEmpty ? [] : (string[])["--entrypoint", job.Command[0]],
        .. fields.Options,
        job.Image!,
        .. job.Command.Skip(1),
        .. job.Args,
    ];

    /// <summary>A crash may have come between the making and the start of the container.</summary>
    private static async Task<string> StartAgainAsync(ContainerJob job, JsonElement state, CancellationToken stop)
    {
        return state.GetProperty("Status").GetString() is "created" ? await FillAndStartAsync(job, stop) : job.Name;
    }

    private static async Task<string> FillAndStartAsync(ContainerJob job, CancellationToken stop)
    {
        if (job.Files is { } files && await DockerCli.CallAsync(["cp", files, $"{job.Name}:/"], null, stop) is { ExitCode: not 0 } failed) throw new ServiceException($"docker cp: {failed.Said}");
        var answer = await DockerCli.CallAsync(["start", job.Name], null, stop);
        return answer.ExitCode == 0 ? job.Name : throw Refusal(job, answer);
    }

    private static UpdraftException Refusal(ContainerJob job, DockerAnswer answer)
    {
        var isImage = answer.ExitCode == NotRun && (answer.Says("pull access denied") || answer.Says("manifest unknown") || answer.Says("failed to resolve reference") || answer.Says("invalid reference format"));
        return isImage
            ? new(OperatorErrors.ContainerImage, $"image {job.Image} cannot be pulled: {answer.Said}")
            : new(OperatorErrors.ContainerStart, $"docker run: {answer.Said}");
    }

    private static async Task<JsonElement?> StateAsync(string name, CancellationToken stop)
    {
        var answer = await DockerCli.CallAsync(["inspect", "--type", "container", "--format", "{{json .State}}", name], null, stop);
        if (answer.ExitCode != 0) return answer.IsMissing ? null : throw new ServiceException($"docker inspect: {answer.Said}");
        return JsonSerializer.Deserialize<JsonElement>(answer.Output);
    }

    private static bool IsOfDocker(string name) => name is "PATH" or "HOME" || name.StartsWith("DOCKER_", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase);
}
