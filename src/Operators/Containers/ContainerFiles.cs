using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Fields of containers that are handed files and hand files over.</summary>
internal interface IContainerFiles
{
    /// <summary>What the container finds in its folder of inputs, by name.</summary>
    ImmutableSortedDictionary<string, JsonElement> Inputs { get; }

    /// <summary>What it leaves in its folder of artifacts and the task hands over, by name.</summary>
    ImmutableSortedDictionary<string, ArtifactOutput> Artifacts { get; }
}

/// <summary>The folder of a container that is filled before it starts and emptied after its end: <c>inputs/</c> and <c>artifacts/</c>.</summary>
internal static class ContainerFiles
{
    private const string Name = "updraft";
    private const string ArtifactsFolder = "artifacts";

    /// <summary>Where it lies in a container.</summary>
    public const string Folder = "/" + Name;

    /// <summary>Where artifacts lie in a container.</summary>
    public const string Artifacts = Folder + "/" + ArtifactsFolder;

    /// <summary>Fills a folder of this machine that is to be copied into a container, and tells the container of it.</summary>
    public static async Task<ContainerJob> FillAsync(TaskContext context, IContainerFiles files, ContainerJob job, CancellationToken stop)
    {
        if (files.Inputs.IsEmpty && files.Artifacts.IsEmpty) return job;
        var folder = Anew(context, Name);
        Directory.CreateDirectory(Path.Combine(folder, ArtifactsFolder));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, ArtifactsFolder), (UnixFileMode)0b111_111_111); // The container's user may be any.
        var variables = job.Environment.SetItem(EnvironmentNames.Own + "ARTIFACTS", new(Artifacts, IsSecret: false));
        if (await context.Artifacts.FetchAsync(files.Inputs, folder, stop) is not null) variables = variables.SetItem(EnvironmentNames.Own + "INPUTS", new($"{Folder}/{TaskArtifacts.InputsFolder}", IsSecret: false));
        return job with { Files = folder, Environment = variables };
    }

    /// <summary>What a container hands over: what it wrote as its output, with its artifacts in it.</summary>
    /// <exception cref="UpdraftException">The output is no JSON object, or an artifact is not there.</exception>
    public static async Task<string?> OutputAsync(TaskContext context, IContainerBackend backend, string id, ContainerFields fields, CancellationToken stop)
    {
        var output = await backend.ReadOutputAsync(id, stop);
        if (fields is not IContainerFiles { Artifacts: { IsEmpty: false } declared }) return output;
        var folder = Anew(context, ArtifactsFolder);
        await backend.FetchAsync(id, folder, stop);
        return (await context.Artifacts.CollectAsync(declared, folder, Parsed(output), stop))?.GetRawText();
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
