using System.Net.Sockets;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Another process that owns the folder, reached over its socket.</summary>
internal sealed class RemoteOwner : Owner
{
    private readonly string _folder;
    private readonly HttpClient _http;

    private RemoteOwner(string folder, HttpClient http) => (_folder, _http) = (folder, http);

    /// <summary>Connects to the owner of a folder; null when none listens.</summary>
    public static async Task<RemoteOwner?> ConnectAsync(string folder, CancellationToken cancellation)
    {
        if (OwnerSocket.Find(folder) is not { } path || await ConnectToAsync(path, cancellation) is not { } first) return null;
        Socket? unused = first;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, give) => new NetworkStream(
                Interlocked.Exchange(ref unused, null) ?? await ConnectToAsync(path, give) ?? throw new HttpRequestException("nobody listens"), ownsSocket: true),
        };
        return new RemoteOwner(folder, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = new Uri("http://owner/") });
    }

    public override async Task<TAnswer> AskAsync<TRequest, TAnswer>(Operation<TRequest, TAnswer> operation, TRequest request, CancellationToken cancellation)
    {
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, OrchestrationJson.Options));
            using var response = await _http.PostAsync(new Uri(Operations.Prefix + operation.Name, UriKind.Relative), content, cancellation);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode) return JsonSerializer.Deserialize<TAnswer>(answer, OrchestrationJson.Options)!;
            var failure = JsonSerializer.Deserialize<OwnerFailure>(answer, OrchestrationJson.Options)!;
            throw new UpdraftException(failure.Code, failure.Message);
        }
        catch (HttpRequestException e)
        {
            throw new UpdraftException(CliErrors.OwnerLost, $"the process that owns {_folder} has gone before it answered: what was asked may have been done or not, so look before you ask again", e);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(CliErrors.OwnerVersion, $"the process that owns {_folder} is of another version of Updraft: stop it, or use its program", e);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<Socket?> ConnectToAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return socket;
        }
        catch (SocketException)
        {
            // What a killed owner left, or it stops just now.
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What an owner answers where it has not done what was asked.</summary>
/// <param name="Code">As in <c>UPD5006</c>.</param>
/// <param name="Message">What to tell.</param>
internal sealed record OwnerFailure(string Code, string Message);
