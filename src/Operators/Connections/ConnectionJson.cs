using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Connections as they are written: a URL alone, or JSON in snake case.</summary>
internal static class ConnectionJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads a connection. What is wrong is said without its content, which may hold a password.</summary>
    public static Connection Read(string text, string where)
    {
        if (!text.TrimStart().StartsWith('{')) return OfUrl(text.Trim(), where);
        try
        {
            return JsonSerializer.Deserialize<Connection>(text, Options) ?? throw Wrong(where, "it is null");
        }
        catch (JsonException e)
        {
            throw Wrong(where, $"it is no connection at {e.Path ?? "its beginning"}; the fields are url, user, password, token, azure and options");
        }
    }

    public static UpdraftException Wrong(string where, string why) => new(OperatorErrors.Connection, $"{where} cannot be used: {why}");

    private static Connection OfUrl(string text, string where)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) throw Wrong(where, "it is neither a URL nor JSON");
        var signIn = url.UserInfo.Split(':', 2);
        return new Connection
        {
            Url = new UriBuilder(url) { UserName = "", Password = "" }.Uri,
            User = signIn[0].Length == 0 ? null : Uri.UnescapeDataString(signIn[0]),
            Password = signIn.Length < 2 ? null : Uri.UnescapeDataString(signIn[1]),
        };
    }
}
