using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Signs requests to blobs and files of Azure Storage with an account's key. Date and range stand in headers that begin with <c>x-ms-</c>.</summary>
internal static class SharedKey
{
    /// <summary>Adds the signature; all other headers stand already.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Connection"/>: the key is none.</exception>
    public static void Sign(HttpRequestMessage request, string account, string key)
    {
        var secret = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, secret, out var length)) throw new UpdraftException(OperatorErrors.Connection, $"the key of the storage account '{account}' is no base64: give the account's key as password");
        var signature = Convert.ToBase64String(HMACSHA256.HashData(secret.AsSpan(0, length), Encoding.UTF8.GetBytes(TextOf(request, account))));
        request.Headers.Authorization = new AuthenticationHeaderValue("SharedKey", $"{account}:{signature}");
    }

    /// <summary>What is signed: the method, eleven headers, of which only length, checksum and type of the content are ever there, those that begin with <c>x-ms-</c>, and what is asked for.</summary>
    internal static string TextOf(HttpRequestMessage request, string account)
    {
        var content = request.Content?.Headers;
        var text = new StringBuilder(request.Method.Method).Append('\n', 3);
        if (content?.ContentLength is > 0 and var length) text.Append(length); // A length of zero is signed as none.
        text.Append('\n').Append(content?.ContentMD5 is { } sum ? Convert.ToBase64String(sum) : "").Append('\n').Append(content?.ContentType).Append('\n', 7);
        foreach (var header in request.Headers.Where(header => header.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase)).OrderBy(header => header.Key.ToLowerInvariant(), StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{header.Key.ToLowerInvariant()}:{string.Join(',', header.Value).Trim()}\n");
        text.Append('/').Append(account).Append(request.RequestUri!.AbsolutePath);
        var asked = request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Select(pair => (Name: Uri.UnescapeDataString(pair[0]).ToLowerInvariant(), Value: Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "")));
        foreach (var (name, value) in asked.OrderBy(pair => pair.Name, StringComparer.Ordinal)) text.Append('\n').Append(name).Append(':').Append(value);
        return text.ToString();
    }
}
