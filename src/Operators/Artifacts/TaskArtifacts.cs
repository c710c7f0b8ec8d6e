using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Artifacts around the work of one attempt: what it is given is put into a folder before, what it has left there is stored afterwards and
/// becomes part of its output.
/// </summary>
public sealed class TaskArtifacts
{
    /// <summary>Name of the folder of inputs within the folder that an attempt works in.</summary>
    public const string InputsFolder = "inputs";

    private readonly ArtifactStore _store;
    private readonly AttemptRequest _attempt;

    private readonly MappedOutputs _outputs;

    internal TaskArtifacts(ArtifactStore store, MappedOutputs outputs, AttemptRequest attempt) => (_store, _outputs, _attempt) = (store, outputs, attempt);

    /// <summary>
    /// Puts inputs into <c>inputs/</c> of a folder, each under its name: an artifact as the file or folder it is, a list of artifacts as a
    /// folder of them, <c>0</c>, <c>1</c>, …; outputs of a mapped task as a file of JSON lines; any other value as a file of JSON.
    /// </summary>
    /// <param name="inputs">Values by name.</param>
    /// <param name="folder">Where the attempt works.</param>
    /// <param name="cancellation">Ends the fetching.</param>
    /// <returns>The folder of inputs; null when there are none.</returns>
    public async Task<string?> FetchAsync(ImmutableSortedDictionary<string, JsonElement> inputs, string folder, CancellationToken cancellation = default)
    {
        if (inputs.IsEmpty) return null;
        var root = Path.Combine(folder, InputsFolder);
        Directory.CreateDirectory(root);
        foreach (var (name, value) in inputs)
        {
            RefuseName(name);
            await FetchAsync(value, Path.Combine(root, name), cancellation);
        }
        return root;
    }

    /// <summary>Stores what an attempt has left in its folder, and returns its output with the artifacts in it, by name.</summary>
    /// <param name="declared">What it declares to hand over.</param>
    /// <param name="folder">Where it has worked; nothing may be at work there any more.</param>
    /// <param name="output">What it hands over beside them: an object, or nothing.</param>
    /// <param name="cancellation">Ends the storing.</param>
    /// <exception cref="UpdraftException">Something declared is not there or cannot be stored, or the output has no room for it.</exception>
    public async Task<JsonElement?> CollectAsync(ImmutableSortedDictionary<string, ArtifactOutput> declared, string folder, JsonElement? output, CancellationToken cancellation = default)
    {
        if (declared.IsEmpty) return output;
        if (output is { ValueKind: not JsonValueKind.Object })
        {
            throw new UpdraftException(OperatorErrors.Output, "the output must be a JSON object, since the artifacts of the task become members of it");
        }
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        if (output is { } given) foreach (var member in given.EnumerateObject()) members[member.Name] = member.Value;
        foreach (var (name, artifact) in declared)
        {
            RefuseName(name);
            if (members.ContainsKey(name)) throw new UpdraftException(OperatorErrors.Output, $"the output has a member '{name}', and an artifact of the task has that name too: rename one");
            var stored = await _store.WriteAsync(_attempt, name, PathOf(artifact, folder), artifact.Keep, cancellation);
            members[name] = JsonSerializer.SerializeToElement(stored, CodeJson.Options);
        }
        return JsonSerializer.SerializeToElement(members);
    }

    /// <summary>Stores a file or folder, as code tasks do that hand it over in their output.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="keep">How long it can be read; null for as long as the outputs of the run are kept.</param>
    /// <param name="cancellation">Ends the storing.</param>
    public Task<Artifact> WriteAsync(string name, string path, TimeSpan? keep = null, CancellationToken cancellation = default)
    {
        RefuseName(name);
        return _store.WriteAsync(_attempt, name, path, keep, cancellation);
    }

    /// <inheritdoc cref="ArtifactStore.FetchAsync"/>
    public Task FetchAsync(Artifact artifact, string path, CancellationToken cancellation = default) => _store.FetchAsync(artifact, path, cancellation);

    private async Task FetchAsync(JsonElement value, string path, CancellationToken cancellation)
    {
        if (Artifact.Of(value) is { } artifact)
        {
            await _store.FetchAsync(artifact, path, cancellation);
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(item => Artifact.Of(item) is not null))
        {
            Directory.CreateDirectory(path);
            foreach (var (index, item) in value.EnumerateArray().Index()) await FetchAsync(item, Path.Combine(path, index.ToString(System.Globalization.CultureInfo.InvariantCulture)), cancellation);
        }
        else if (MappedOutputs.IsStream(value))
        {
            await using var file = new FileStream(path, FileMode.CreateNew);
            await foreach (var output in _outputs.ReadAsync(value, cancellation))
            {
                await JsonSerializer.SerializeAsync(file, output, CodeJson.Options, cancellation);
                file.WriteByte((byte)'\n');
            }
        }
        else
        {
            await using var file = new FileStream(path, FileMode.CreateNew);
            await JsonSerializer.SerializeAsync(file, value, CodeJson.Options, cancellation);
        }
    }

    /// <summary>Where an artifact lies; each folder on the way must be a folder, and no link out of it.</summary>
    private static string PathOf(ArtifactOutput artifact, string folder)
    {
        var name = artifact.Path.StartsWith("./", StringComparison.Ordinal) ? artifact.Path[2..] : artifact.Path;
        var path = PlainFile.Within(folder, name);
        for (var above = Path.GetDirectoryName(path)!; above.Length > folder.Length; above = Path.GetDirectoryName(above)!) PlainFile.RefuseLink(new DirectoryInfo(above));
        return path;
    }

    private static void RefuseName(string name)
    {
        if (name.Length is 0 or > 64 || name.All(c => c == '.') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw PlainFile.Refused($"'{name}' cannot name an artifact: use letters, digits, '_', '.' and '-', 64 at most");
        }
    }
}
