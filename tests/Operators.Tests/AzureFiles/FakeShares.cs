using System.Globalization;
using System.Security.Cryptography;
using System.Security;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Updraft.Operators.Tests;

/// <summary>Shares in memory, and what can be asked of them. Names do not tell capitals from small letters, and are kept as they were written.</summary>
internal sealed class FakeShares
{
    private const int LargestRange = 4 << 20;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most entries of a page.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>Times that a share is still being deleted when it is to be made.</summary>
    public int Lingers { get; set; }

    /// <summary>Paths of all shares, folders (with <c>/</c> at the end) and files.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_lock) return [.. _entries.Select(entry => entry.Key + (entry.Value.Content is null ? "/" : ""))];
        }
    }

    /// <summary>Does what a container does that has a share mounted.</summary>
    public FakeShares Write(string path, byte[] content, bool readOnly = false)
    {
        lock (_lock)
        {
            var parts = path.Split('/');
            for (var depth = 1; depth < parts.Length; depth++) _entries.TryAdd(string.Join('/', parts[..depth]), new Entry(null));
            _entries[path] = new Entry(content) { IsReadOnly = readOnly };
        }
        return this;
    }

    public FakeShares Write(string path, string content, bool readOnly = false) => Write(path, Encoding.UTF8.GetBytes(content), readOnly);

    public FakeShares MakeFolder(string path)
    {
        Write(path + "/x", "");
        lock (_lock) _entries.Remove(path + "/x");
        return this;
    }

    public byte[] Read(string path)
    {
        lock (_lock) return _entries[path].Content!;
    }

    public static async Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>The words of the service for {code}.</Message></Error>");
    }

    public async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var (status, code, content) = Answer(context.Request, body.ToArray(), context.Response.Headers);
        if (code is not null)
        {
            await FailAsync(context, status, code);
            return;
        }
        context.Response.StatusCode = status;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        context.Response.ContentLength = content?.Length ?? 0;
        if (content is not null) await context.Response.Body.WriteAsync(content);
    }

    private (int Status, string? Code, byte[]? Content) Answer(HttpRequest request, byte[] body, IHeaderDictionary answer)
    {
        lock (_lock)
        {
            var path = request.Path.Value!.Trim('/');
            if (request.Headers["x-ms-allow-trailing-dot"] != "true") path = path.TrimEnd('.');
            if (path.Length == 0) return (200, null, Encoding.UTF8.GetBytes("<EnumerationResults><Shares/></EnumerationResults>"));
            if (path.Split('/').Any(name => name.Any(c => "\"\\:|<>*?".Contains(c, StringComparison.Ordinal)))) return (400, "InvalidResourceName", null);
            var isShare = request.Query["restype"] == "share";
            if (!isShare && !_entries.ContainsKey(path.Split('/')[0])) return (404, "ShareNotFound", null);
            return (request.Method, request.Query["restype"].ToString(), request.Query["comp"].ToString()) switch
            {
                ("PUT", "share", "") => CreateShare(path, body),
                ("DELETE", "share", "") => DeleteShare(path, request),
                ("PUT", "directory", "") => CreateFolder(path, body),
                ("DELETE", "directory", "") => DeleteFolder(path),
                ("GET", "directory", "list") => List(path, request.Query["marker"]),
                ("PUT", "", "") => CreateFile(path, request, body),
                ("PUT", "", "range") => WriteRange(path, request, body),
                ("PUT", "", "properties") => SetProperties(path, request),
                ("DELETE", "", "") => DeleteFile(path),
                ("HEAD", "", "") => Look(path, answer),
                ("GET", "", "") => ReadRange(path, request, answer),
                _ => (400, "InvalidQueryParameterValue", null),
            };
        }
    }

    private (int, string?, byte[]?) CreateShare(string path, byte[] body)
    {
        if (body.Length > 0) return (400, "InvalidInput", null);
        if (Lingers-- > 0) return (409, "ShareBeingDeleted", null);
        return _entries.TryAdd(path, new Entry(null)) ? (201, null, null) : (409, "ShareAlreadyExists", null);
    }

    private (int, string?, byte[]?) DeleteShare(string path, HttpRequest request)
    {
        if (!_entries.ContainsKey(path)) return (404, "ShareNotFound", null);
        if (request.Headers["x-ms-delete-snapshots"] != "include") return (409, "ShareHasSnapshots", null);
        foreach (var each in _entries.Keys.Where(each => IsBelow(each, path)).Append(path).ToList()) _entries.Remove(each);
        return (202, null, null);
    }

    private (int, string?, byte[]?) CreateFolder(string path, byte[] body)
    {
        if (body.Length > 0) return (400, "InvalidInput", null);
        if (!HasParent(path)) return (404, "ParentNotFound", null);
        return _entries.TryAdd(path, new Entry(null)) ? (201, null, null) : (409, _entries[path].Content is null ? "ResourceAlreadyExists" : "ResourceTypeMismatch", null);
    }

    private (int, string?, byte[]?) DeleteFolder(string path)
    {
        if (!_entries.ContainsKey(path)) return (404, HasParent(path) ? "ResourceNotFound" : "ParentNotFound", null);
        if (_entries.Keys.Any(each => IsBelow(each, path))) return (409, "DirectoryNotEmpty", null);
        _entries.Remove(path);
        return (202, null, null);
    }

    private (int, string?, byte[]?) CreateFile(string path, HttpRequest request, byte[] body)
    {
        if (body.Length > 0 || request.Headers["x-ms-type"] != "file" || !long.TryParse(request.Headers["x-ms-content-length"], CultureInfo.InvariantCulture, out var length)) return (400, "InvalidHeaderValue", null);
        if (!HasParent(path)) return (404, "ParentNotFound", null);
        if (_entries.TryGetValue(path, out var there) && there.Content is null) return (409, "ResourceTypeMismatch", null);
        _entries[path] = new Entry(new byte[length]);
        return (201, null, null);
    }

    private (int, string?, byte[]?) WriteRange(string path, HttpRequest request, byte[] body)
    {
        if (!_entries.TryGetValue(path, out var file) || file.Content is null) return (404, "ResourceNotFound", null);
        var (from, to) = RangeOf(request);
        if (request.Headers["x-ms-write"] != "update" || to - from + 1 != body.Length || request.ContentLength != body.Length) return (400, "InvalidHeaderValue", null);
        if (body.Length > LargestRange) return (413, "RequestBodyTooLarge", null);
        if (request.Headers["Content-MD5"] != Sum(body)) return (400, "Md5Mismatch", null);
        if (to >= file.Content.Length) return (416, "InvalidRange", null);
        body.CopyTo(file.Content, from);
        file.Version++;
        return (201, null, null);
    }

    private (int, string?, byte[]?) SetProperties(string path, HttpRequest request)
    {
        if (!_entries.TryGetValue(path, out var file)) return (404, "ResourceNotFound", null);
        file.IsReadOnly = request.Headers["x-ms-file-attributes"].ToString().Contains("ReadOnly", StringComparison.Ordinal);
        return (200, null, null);
    }

    private (int, string?, byte[]?) DeleteFile(string path)
    {
        if (!_entries.TryGetValue(path, out var file)) return (404, HasParent(path) ? "ResourceNotFound" : "ParentNotFound", null);
        if (file.Content is null) return (409, "ResourceTypeMismatch", null);
        if (file.IsReadOnly) return (409, "ReadOnlyAttribute", null);
        _entries.Remove(path);
        return (202, null, null);
    }

    private (int, string?, byte[]?) Look(string path, IHeaderDictionary answer)
    {
        if (!_entries.TryGetValue(path, out var file) || file.Content is null) return (404, "ResourceNotFound", null);
        answer.ETag = file.Tag;
        answer.ContentLength = file.Content.Length;
        return (200, null, null);
    }

    private (int, string?, byte[]?) ReadRange(string path, HttpRequest request, IHeaderDictionary answer)
    {
        if (!_entries.TryGetValue(path, out var file) || file.Content is null) return (404, "ResourceNotFound", null);
        var (from, to) = RangeOf(request);
        if (from >= file.Content.Length) return (416, "InvalidRange", null);
        if (request.Headers["x-ms-range-get-content-md5"] == "true" && to - from + 1 > LargestRange) return (400, "InvalidHeaderValue", null);
        var part = file.Content[from..Math.Min(to + 1, file.Content.Length)];
        answer.ETag = file.Tag;
        answer.ContentRange = $"bytes {from}-{from + part.Length - 1}/{file.Content.Length}";
        if (request.Headers["x-ms-range-get-content-md5"] == "true") answer.ContentMD5 = Sum(part);
        return (206, null, part);
    }

    private (int, string?, byte[]?) List(string path, string? marker)
    {
        if (!_entries.TryGetValue(path, out var folder)) return (404, HasParent(path) ? "ResourceNotFound" : "ParentNotFound", null);
        if (folder.Content is not null) return (409, "ResourceTypeMismatch", null);
        var all = _entries.Where(entry => IsBelow(entry.Key, path) && !entry.Key[(path.Length + 1)..].Contains('/', StringComparison.Ordinal)).ToList();
        var from = marker is null ? 0 : int.Parse(marker[2..], CultureInfo.InvariantCulture);
        var page = all.Skip(from).Take(PageSize).Select(entry => entry.Value.Content is { } content
            ? $"<File>{Name(entry.Key)}<Properties><Content-Length>{content.Length}</Content-Length></Properties></File>"
            : $"<Directory>{Name(entry.Key)}<Properties /></Directory>");
        var next = from + PageSize < all.Count ? FormattableString.Invariant($"m {from + PageSize}") : "";
        return (200, null, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"x\" ShareName=\"x\" DirectoryPath=\"x\"><DirectoryId>0</DirectoryId><Entries>{string.Concat(page)}</Entries><NextMarker>{next}</NextMarker></EnumerationResults>")]);
    }

    private static string Name(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.AsSpan().ContainsAny('\uFFFE', '\uFFFF') ? $"<Name Encoded=\"true\">{Uri.EscapeDataString(name)}</Name>" : $"<Name>{SecurityElement.Escape(name)}</Name>";
    }

    private static (int From, int To) RangeOf(HttpRequest request)
    {
        var parts = request.Headers["x-ms-range"].ToString()["bytes=".Length..].Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private bool HasParent(string path) => path.Contains('/', StringComparison.Ordinal) && _entries.TryGetValue(path[..path.LastIndexOf('/')], out var parent) && parent.Content is null;

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase);

#pragma warning disable CA5351 // What the service uses.
    private static string Sum(byte[] content) => Convert.ToBase64String(MD5.HashData(content));
#pragma warning restore CA5351

    private sealed class Entry(byte[]? content)
    {
        public byte[]? Content => content;

        public bool IsReadOnly { get; set; }

        public int Version { get; set; }

        public string Tag => FormattableString.Invariant($"\"0x{Version}\"");
    }
}
