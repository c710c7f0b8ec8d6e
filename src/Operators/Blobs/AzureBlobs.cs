using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Lists blobs of Azure Storage over its REST interface. The connection's URL is the account's, as in <c>https://account.blob.core.windows.net</c>; it
/// signs in to Azure, or by the account's name and key (user and password), or by a shared access signature (token), or not at all.
/// </summary>
internal sealed class AzureBlobs(Connection connection, string name)
{
    /// <summary>Most blobs of one page.</summary>
    public const int PageSize = 5_000;

    private const string Scope = "https://storage.azure.com/.default";
    private const string Version = "2021-12-02";

    private readonly string _root = connection.Url is { Scheme: "http" or "https" } url
        ? url.GetLeftPart(UriPartial.Path).TrimEnd('/')
        : throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has no url of a storage account: give one such as https://account.blob.core.windows.net");

    /// <summary>Pages of the blobs whose names begin with a prefix, in order of name.</summary>
    /// <param name="container">The container.</param>
    /// <param name="prefix">The prefix; empty for all.</param>
    /// <param name="folders">Whether only the next folders are wanted, and the blobs beside them.</param>
    /// <param name="pageSize">Most entries of a page.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FailTaskException"><see cref="OperatorErrors.Refused"/>: the service refuses, and would again.</exception>
    /// <exception cref="ServiceException">It may do it later.</exception>
    public async IAsyncEnumerable<BlobPage> ListAsync(string container, string prefix, bool folders = false, int pageSize = PageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (string? marker = null; ;)
        {
            var page = await PageAsync(container, prefix, folders, pageSize, marker, cancellation);
            yield return page;
            if (page.Next is null) yield break;
            marker = page.Next;
        }
    }

    private async Task<BlobPage> PageAsync(string container, string prefix, bool folders, int pageSize, string? marker, CancellationToken cancellation)
    {
        if (container.Length == 0 || container.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '$' or '_'))) throw new UpdraftException(OperatorErrors.Fields, $"'{container}' is no name of a container");
        var query = $"restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}&maxresults={pageSize.ToString(CultureInfo.InvariantCulture)}";
        if (folders) query += "&delimiter=%2F";
        if (marker is not null) query += "&marker=" + Uri.EscapeDataString(marker);
        using var request = await RequestAsync(new Uri($"{_root}/{container}?{query}"), cancellation);
        using var response = await ServiceHttp.SendAsync(request, cancellation);
        var content = await ContentAsync(response, cancellation);
        if (response.StatusCode == HttpStatusCode.OK) return BlobPage.Read(content, response.Headers.Date ?? TimeProvider.System.GetUtcNow());
        var message = $"listing '{prefix}' of container '{container}' on connection '{name}' answered {(int)response.StatusCode}{(response.Headers.TryGetValues("x-ms-error-code", out var code) ? $" {code.First()}" : "")}: {ServiceClient.Shown(content)}";
        // A container may yet be made.
        throw ServiceClient.MayPass(response.StatusCode) || response.StatusCode == HttpStatusCode.NotFound
            ? new ServiceException(message, response.StatusCode, ServiceClient.RetryAfterOf(response))
            : new FailTaskException(message, OperatorErrors.Refused);
    }

    private async Task<HttpRequestMessage> RequestAsync(Uri url, CancellationToken cancellation)
    {
        if (connection is { Token: { } signature, Azure: null }) url = new Uri($"{url.AbsoluteUri}&{signature.TrimStart('?')}");
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("x-ms-version", Version);
        request.Headers.Add("x-ms-date", TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        if (connection.Azure is { } identity) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AzureSignIn.TokenAsync(identity, Scope, cancellation));
        else if (connection is { Token: null, User: { } account, Password: { } key }) SharedKey.Sign(request, account, key);
        return request;
    }

    private static async Task<byte[]> ContentAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            return await BoundedContent.ReadAsync(stream, ServiceClient.MaxAnswer, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceException($"the answer of the storage service broke off: {e.GetBaseException().Message}", inner: e);
        }
    }
}
