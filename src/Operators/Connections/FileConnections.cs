using System.Text;
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
    public async Task<Connection?> GetAsync(string name, CancellationToken cancellation = default)
    {
        var (text, all) = await ReadAsync(cancellation);
        if (!all.TryGetValue(name, out var found)) return null;
        var where = $"connection '{name}' of {path}";
        return found.ValueKind switch
        {
            JsonValueKind.String => ConnectionJson.Read(found.GetString()!, where),
            JsonValueKind.Object => ConnectionJson.Read(found.GetRawText(), where, LineOf(text, name)),
            _ => throw ConnectionJson.Wrong(where, $"it is neither a URL nor an object (line {LineOf(text, name)})"),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default) => [.. (await ReadAsync(cancellation)).All.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override string ToString() => Path.GetFileName(path);

    private async Task<(string Text, Dictionary<string, JsonElement> All)> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            if (!File.Exists(path)) return ("", []);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OfOthers) != 0)
                throw ConnectionJson.Wrong(path, "others may read it; it holds passwords: chmod 600");
            var text = await File.ReadAllTextAsync(path, cancellation);
            var all = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text, ConnectionJson.Options) ?? [];
            all.Remove("$schema");
            return (text, all);
        }
        catch (JsonException e)
        {
            throw ConnectionJson.Wrong(path, $"it is no JSON object of connections by name (line {e.LineNumber + 1})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ConnectionJson.Wrong(path, e.Message);
        }
    }

    /// <summary>The line, from 1, on which the value of a member begins.</summary>
    private static int LineOf(string text, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt) break;
            reader.Skip();
        }
        return bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;
    }
}
