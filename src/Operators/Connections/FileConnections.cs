using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Connections from a JSON file: an object whose members are connections by name. It is read at each use, so that a change counts at once.</summary>
/// <param name="path">The file; nothing is known while it is absent. On Unix, one that others may read is refused.</param>
public sealed class FileConnections(string path) : IConnectionSource
{
    /// <summary>The environment variable that names the file, where it is not <c>connections.json</c> in the data folder.</summary>
    public const string Variable = "UPDRAFT_CONNECTIONS";

    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The file that is meant for a data folder.</summary>
    public static FileConnections Of(string dataFolder) =>
        new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : Path.Combine(dataFolder, "connections.json"));

    /// <inheritdoc/>
    public async Task<Connection?> GetAsync(string name, CancellationToken cancellation = default) =>
        (await ReadAsync(cancellation)).TryGetValue(name, out var found)
            ? ConnectionJson.Read(found.ValueKind == JsonValueKind.String ? found.GetString()! : found.GetRawText(), $"connection '{name}' of {path}")
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default) => [.. (await ReadAsync(cancellation)).Keys.Order(StringComparer.Ordinal)];

    private async Task<Dictionary<string, JsonElement>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            if (!File.Exists(path)) return [];
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OfOthers) != 0)
                throw ConnectionJson.Wrong(path, "others may read it; it holds passwords: chmod 600");
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await File.ReadAllTextAsync(path, cancellation), ConnectionJson.Options) ?? [];
        }
        catch (JsonException e)
        {
            throw ConnectionJson.Wrong(path, $"it is no JSON object of connections (line {e.LineNumber + 1})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ConnectionJson.Wrong(path, e.Message);
        }
    }
}
