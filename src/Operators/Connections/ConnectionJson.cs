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
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a connection. What is wrong is said without its content, which may hold a password.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">What it is called in messages.</param>
    /// <param name="line">The line of <paramref name="where"/> in which it begins, from 1; null for a text that stands alone.</param>
    public static Connection Read(string text, string where, int? line = null)
    {
        if (!text.TrimStart().StartsWith('{')) return OfUrl(text.Trim(), where);
        try
        {
            var read = JsonSerializer.Deserialize<Connection>(text, Options)!;
            return read.Url is { IsAbsoluteUri: false } ? throw Wrong(where, "its url is no whole URL, as in https://rates.example.com") : read;
        }
        catch (JsonException e)
        {
            var at = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? $"at '{path[2..]}'" : "at its beginning";
            throw Wrong(where, $"it is no connection {at}{(line is null ? "" : $" (line {line + e.LineNumber})")}; the fields are url, user, password, token and azure, which are texts, and options, an object of texts");
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
