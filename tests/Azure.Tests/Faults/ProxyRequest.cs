using System.Globalization;
using System.Text;

namespace Updraft.Azure.Tests;

/// <summary>A request as it came over a connection.</summary>
internal sealed record ProxyRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>Whether it does a certain thing to a blob, as its query says.</summary>
    public bool Is(string method, string query) => Method == method && (Target + "&").Contains(query + "&", StringComparison.Ordinal);

    /// <summary>The next request of a connection; null when there is none.</summary>
    public static async Task<ProxyRequest?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one, cancellation) == 0) return null;
            head.Add(one[0]);
        }
        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines[1..].Select(line => (Name: line[..line.IndexOf(':')], Value: line[(line.IndexOf(':') + 1)..].Trim())).ToList();
        var length = headers.FirstOrDefault(header => header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value;
        var body = new byte[length is null ? 0 : int.Parse(length, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellation);
        return new ProxyRequest(first[0], first[1], headers, body);
    }

    /// <summary>The same request for another server.</summary>
    public HttpRequestMessage To(Uri server)
    {
        var sent = new HttpRequestMessage(new HttpMethod(Method), new Uri(server.GetLeftPart(UriPartial.Authority) + Target)) { Content = new ByteArrayContent(Body) };
        foreach (var (name, value) in Headers.Where(header => header.Name is not ("Host" or "Connection")))
            if (!sent.Headers.TryAddWithoutValidation(name, value)) sent.Content.Headers.TryAddWithoutValidation(name, value);
        return sent;
    }
}
