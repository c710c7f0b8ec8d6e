using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Variables from a JSON file: an object of values by name. It is read at each use, so that a change counts at once.</summary>
/// <param name="path">The file; nothing is known while it is absent.</param>
public sealed class FileVariables(string path) : IVariableSource
{
    /// <summary>The environment variable that names the file, where it is not <c>variables.json</c> in the data folder.</summary>
    public const string Variable = "UPDRAFT_VARIABLES";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <inheritdoc/>
    public string Name => Path.GetFileName(path);

    /// <summary>The file that is meant for a data folder.</summary>
    public static FileVariables Of(string dataFolder) =>
        new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : Path.Combine(dataFolder, "variables.json"));

    /// <inheritdoc/>
    public async Task<JsonElement?> GetAsync(string name, CancellationToken cancellation = default) =>
        (await ReadAsync(cancellation)).TryGetValue(name, out var value) ? value : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellation = default) => (await ReadAsync(cancellation)).Keys;

    private async Task<Dictionary<string, JsonElement>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await File.ReadAllTextAsync(path, cancellation), Options) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Variable, $"{path} is no JSON object of variables by name (line {e.LineNumber + 1})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(OperatorErrors.Variable, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
