using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.Cli;

/// <summary>
/// The way to the API of a data folder: over the socket of the process that owns it. Where nobody listens, this process answers: by reading
/// beside whoever may own the folder where a request only asks, and else as its owner, that drives nothing.
/// </summary>
internal sealed class FolderConnection(string folder, string? storage, TimeProvider clock, bool create) : HttpMessageHandler, IAsyncDisposable
{
    // An owner that begins does not listen at once, and one that only does a command is soon gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private HttpMessageInvoker? _owner;
    private OpenedFolder? _opened;
    private InProcessApi? _reading;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await AskOwnerAsync(request, cancellationToken) is { } answer) return answer;
        if (request.Method == HttpMethod.Get && await ReadingAsync() is { } reading) return await reading.SendAsync(request, cancellationToken);
        if (!create && !DataFolder.Exists(folder)) throw DataFolder.NoData(folder);
        return await FolderOwnership.RetryAsync(async () => await AskOwnerAsync(request, cancellationToken) ?? await OwnAsync(request, cancellationToken), Patience, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _owner?.Dispose();
        if (_reading is not null) await _reading.DisposeAsync();
        _opened?.Dispose();
    }

    /// <summary>What the folder's owner answers; null when none listens, or a question was not answered, which can be asked elsewhere.</summary>
    private async Task<HttpResponseMessage?> AskOwnerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (await OwnerAsync(cancellation) is not { } owner) return null;
        try
        {
            return await owner.SendAsync(request, cancellation);
        }
        catch (HttpRequestException e)
        {
            _owner = null;
            owner.Dispose();
            return request.Method == HttpMethod.Get ? null : throw ServerConnection.Lost(folder, e);
        }
    }

    /// <summary>Owns the folder for this request alone: who goes on to wait must not keep others from serving.</summary>
    private async Task<HttpResponseMessage> OwnAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        await using var host = await LocalHost.OpenAsync(new LocalHostOptions { Folder = folder, Storage = storage, Clock = clock, Logging = NullLoggerFactory.Instance });
        await using var api = await InProcessApi.StartAsync(host.Services, host, clock);
        var answer = await api.SendAsync(request, cancellation);
        await answer.Content.LoadIntoBufferAsync(cancellation);
        return answer;
    }

    private async Task<InProcessApi?> ReadingAsync()
    {
        if (_reading is not null) return _reading;
        if (!DataFolder.Exists(folder)) return create ? null : throw DataFolder.NoData(folder);
        _opened = DataFolder.Open(folder, storage);
        var host = new ReadingHost(_opened.Data, clock);
        return _reading = await InProcessApi.StartAsync(host.Services, host, clock);
    }

    /// <summary>The way to whoever listens; null when nobody does.</summary>
    private async Task<HttpMessageInvoker?> OwnerAsync(CancellationToken cancellation)
    {
        if (_owner is not null) return _owner;
        if (OwnerSocket.Find(folder) is not { } path || await ConnectAsync(path, cancellation) is not { } first) return null;
        Socket? unused = first;
        return _owner = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, give) => new NetworkStream(Interlocked.Exchange(ref unused, null) ?? await ConnectAsync(path, give) ?? throw new HttpRequestException("nobody listens"), ownsSocket: true),
        });
    }

    private static async Task<Socket?> ConnectAsync(string path, CancellationToken cancellation)
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
