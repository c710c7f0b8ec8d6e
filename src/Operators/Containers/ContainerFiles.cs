using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The folder of a container that is filled before its work begins and emptied after its end: <c>inputs/</c> and <c>artifacts/</c>.</summary>
internal static class ContainerFiles
{
    private const string Name = "updraft";

    /// <summary>Where it lies in a container that has it for itself.</summary>
    public const string Folder = "/" + Name;

    /// <summary>The folder in it where artifacts are left.</summary>
    public const string ArtifactsFolder = "artifacts";

    /// <summary>Tells a container where its files are to be.</summary>
    /// <exception cref="UpdraftException">The backend hands over none.</exception>
    public static ContainerJob Tell(ContainerJob job, ContainerFields fields, IContainerBackend backend)
    {
        if (!fields.HaveFiles) return job;
        var folder = backend.FilesFolder(job.Name) ?? throw new UpdraftException(OperatorErrors.ContainerUnsupported, "files cannot be handed over here: inputs and artifacts must be empty");
        var variables = job.Environment.SetItem(EnvironmentNames.Own + "ARTIFACTS", new($"{folder}/{ArtifactsFolder}", IsSecret: false));
        if (!fields.Inputs.IsEmpty) variables = variables.SetItem(EnvironmentNames.Own + "INPUTS", new($"{folder}/{TaskArtifacts.InputsFolder}", IsSecret: false));
        return job with { Environment = variables };
    }

    /// <summary>Fills a folder of this machine with what a container is to be handed.</summary>
    public static async Task<string> FillAsync(TaskContext context, ContainerFields fields, CancellationToken stop)
    {
        var folder = Anew(context, Name);
        Directory.CreateDirectory(Path.Combine(folder, ArtifactsFolder));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, ArtifactsFolder), (UnixFileMode)0b111_111_111); // The container's user may be any.
        await context.Artifacts.FetchAsync(fields.Inputs, folder, stop);
        return folder;
    }

    /// <summary>What a container hands over: what it wrote as its output, with its artifacts in it.</summary>
    /// <returns>Null for nothing.</returns>
    /// <exception cref="UpdraftException">The output is no JSON, or an artifact is not there.</exception>
    public static async Task<JsonElement?> OutputAsync(TaskContext context, IContainerBackend backend, string id, ContainerFields fields, CancellationToken stop)
    {
        var output = Parsed(await backend.ReadOutputAsync(id, stop));
        if (fields.Artifacts.IsEmpty) return output;
        var folder = Anew(context, ArtifactsFolder);
        await backend.FetchAsync(id, folder, stop);
        return await context.Artifacts.CollectAsync(fields.Artifacts, folder, output, stop);
    }

    private static JsonElement? Parsed(string? output)
    {
        if (string.IsNullOrWhiteSpace(output)) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(output);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Output, $"the file {ContainerJob.OutputVariable} holds no JSON: {e.Message}", e);
        }
    }

    /// <summary>A folder of the attempt, without what a crash may have left there.</summary>
    private static string Anew(TaskContext context, string name)
    {
        var folder = Path.Combine(context.Scratch.Path, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return folder;
    }
}
