using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>
/// A client of the API: the same for a server and for a data folder. What is refused fails with the server's own code and words, so that it is
/// told in the same way wherever it is done.
/// </summary>
internal sealed class ApiClient : IAsyncDisposable
{
    // A server of a later version may say more than is known here.
    private static readonly JsonSerializerOptions Answers = new(ApiJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    // The most that every list gives at once.
    private const int PageSize = 100;

    private readonly HttpClient _http;

    private readonly FolderConnection? _connection;
    private readonly string? _storage;

    private ApiClient(HttpClient http, string name, FolderConnection? connection = null, string? folder = null, string? storage = null) =>
        (_http, Name, _connection, Folder, _storage) = (http, name, connection, folder, storage);

    /// <summary>What is asked, for people: the address of a server, or a data folder.</summary>
    public string Name { get; }

    /// <summary>Full path of the data folder; null where a server is asked.</summary>
    public string? Folder { get; }

    /// <summary>A client of a server.</summary>
    /// <param name="server">Its address.</param>
    /// <param name="key">The key to sign in with; null for none.</param>
    public static ApiClient OfServer(Uri server, string? key)
    {
        var http = new HttpClient(new ServerConnection(server)) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new ApiClient(http, server.ToString().TrimEnd('/'));
    }

    /// <summary>A client of a data folder: of its owner, or of this process where it has none.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="create">Whether a folder that is not there is made.</param>
    /// <param name="storage">The storage that was named for it; null for none.</param>
    public static ApiClient OfFolder(string folder, TimeProvider clock, bool create = false, string? storage = null)
    {
        var connection = new FolderConnection(folder, storage, clock, create);
        var http = new HttpClient(connection) { BaseAddress = new Uri("http://owner/"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Add(UpdraftApi.UserHeader, Uri.EscapeDataString(Session.User));
        return new ApiClient(http, folder, connection, folder, storage);
    }

    /// <summary>What is stored in the data folder, to be read; null where a server is asked.</summary>
    public OpenedFolder? OpenFolder() => Folder is { } folder ? DataFolder.Open(folder, _storage) : null;

    public Task<T> GetAsync<T>(ApiPath path, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Get, path, null, cancellation);

    public Task<T> PostAsync<T>(ApiPath path, object? body, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Post, path, body, cancellation);

    public Task<T> PutAsync<T>(ApiPath path, object? body, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Put, path, body, cancellation);

    public Task<T> PatchAsync<T>(ApiPath path, object? body, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Patch, path, body, cancellation);

    public Task<T> DeleteAsync<T>(ApiPath path, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Delete, path, null, cancellation);

    public async Task DeleteAsync(ApiPath path, CancellationToken cancellation) => (await SendAsync(HttpMethod.Delete, path, null, cancellation)).Dispose();

    /// <summary>Has something done that answers nothing.</summary>
    public async Task PostAsync(ApiPath path, CancellationToken cancellation) => (await SendAsync(HttpMethod.Post, path, null, cancellation)).Dispose();

    /// <summary>Everything that a list holds, page after page.</summary>
    public async IAsyncEnumerable<T> PagesAsync<T>(Func<string?, ApiPath> page, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var found = await GetAsync<Page<T>>(page(after), cancellation);
            foreach (var item in found.Items) yield return item;
            after = found.Next;
        }
        while (after is not null);
    }

    /// <summary>The first of what a list holds.</summary>
    /// <param name="path">The list.</param>
    /// <param name="most">How many are wanted at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<List<T>> ListAsync<T>(Func<ApiPath> path, int most, CancellationToken cancellation) =>
        await PagesAsync<T>(after => path().With("count", Math.Min(most, PageSize)).With("after", after), cancellation).Take(most).ToListAsync(cancellation);

    /// <summary>A text that is no JSON of this client's types.</summary>
    public async Task<string> GetTextAsync(ApiPath path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    /// <summary>An answer whose content is read while it comes; to be disposed.</summary>
    /// <exception cref="UpdraftException">It was refused, or the server cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, ApiPath path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path.ToString()) { Content = content };
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _http.Dispose();
    }

    private async Task<T> SendAsync<T>(HttpMethod method, ApiPath path, object? body, CancellationToken cancellation)
    {
        using var content = body is null ? null : JsonContentOf(body);
        using var response = await SendAsync(method, path, content, cancellation);
        try
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync<T>(answer, Answers, cancellation) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw OtherVersion($"its answer cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw ServerConnection.Lost(Name, e);
        }
    }

    private static ByteArrayContent JsonContentOf(object body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), ApiJson.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<UpdraftException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != Api.Problem.MediaType) return OtherVersion($"it answers {(int)response.StatusCode} {response.ReasonPhrase}");
        try
        {
            var problem = JsonSerializer.Deserialize<Api.Problem>(await response.Content.ReadAsByteArrayAsync(cancellation), Answers)!;
            return new UpdraftException(problem.Code, problem.Detail);
        }
        catch (JsonException e)
        {
            return OtherVersion("its answer cannot be read", e);
        }
    }

    private UpdraftException OtherVersion(string why, Exception? inner = null) => new(CliErrors.OwnerVersion, $"what answers at {Name} is no Updraft, or one of another version: {why}", inner);
}
