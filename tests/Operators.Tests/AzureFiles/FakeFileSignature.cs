using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Updraft.Operators.Tests;

/// <summary>How the file service sees who asks, by its documentation and not by our code.</summary>
internal static class FakeFileSignature
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    public static (int Status, string Code)? Refusal(HttpRequest request, string target)
    {
        if (request.Headers["x-ms-version"] != "2022-11-02") return (400, "InvalidHeaderValue");
        if (!DateTimeOffset.TryParseExact(request.Headers["x-ms-date"], "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || (TimeProvider.System.GetUtcNow() - at).Duration() > Skew) return (403, "AuthenticationFailed");
        var sent = request.Headers.Authorization.ToString();
        if (sent.Length == 0) return target.EndsWith(FakeFileService.Signature, StringComparison.Ordinal) ? null : (403, "AuthenticationFailed");
        if (sent.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            if (request.Headers["x-ms-file-request-intent"] != "backup") return (400, "MissingRequiredHeader");
            return sent == $"Bearer {FakeFileService.AzureToken}" ? null : (403, "AuthorizationPermissionMismatch");
        }
        var text = TextOf(request, target);
        var sum = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(FakeFileService.Key), Encoding.UTF8.GetBytes(text)));
        return sent == $"SharedKey {FakeFileService.Account}:{sum}" ? null : (403, "AuthenticationFailed");
    }

    private static string TextOf(HttpRequest request, string target)
    {
        string[] standard = ["Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"];
        var lines = new List<string> { request.Method };
        lines.AddRange(standard.Select(name => name == "Content-Length" && request.ContentLength is null or 0 ? "" : request.Headers[name].ToString()));
        lines.AddRange(request.Headers.Where(header => header.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase)).OrderBy(header => header.Key.ToLowerInvariant(), StringComparer.Ordinal).Select(header => $"{header.Key.ToLowerInvariant()}:{header.Value.ToString().Trim()}"));
        lines.Add($"/{FakeFileService.Account}{target.Split('?')[0]}");
        lines.AddRange(request.Query.Select(pair => $"{pair.Key.ToLowerInvariant()}:{string.Join(',', pair.Value.Order(StringComparer.Ordinal)!)}").Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }
}
