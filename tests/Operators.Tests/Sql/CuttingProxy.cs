using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Updraft.Operators.Tests;

/// <summary>Stands between a client and a server, and cuts the first connection that says a word; others pass.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TcpClient> _clients = [];
    private string? _cutAt;
    private bool _freezes;

    public int Port { get; private set; }

    /// <param name="port">The server's.</param>
    /// <param name="cutAt">The word of the client; null for none.</param>
    /// <param name="reaches">Whether the server gets the word, and only its answer is lost.</param>
    public static Task<CuttingProxy> StartAsync(int port, string? cutAt = null, bool reaches = false)
    {
        var proxy = new CuttingProxy { _cutAt = cutAt };
        proxy._listener.Start();
        proxy.Port = ((IPEndPoint)proxy._listener.LocalEndpoint).Port;
        _ = proxy.AcceptAsync(port, reaches);
        return Task.FromResult(proxy);
    }

    /// <summary>Nothing passes any more, and nobody is told: as a machine that lost its power.</summary>
    public void Freeze() => _freezes = true;

    /// <summary>The client's ends are closed.</summary>
    public void Cut()
    {
        _frozen.TrySetResult();
        lock (_clients)
        {
            foreach (var client in _clients) client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(int port, bool reaches)
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, port);
            lock (_clients) _clients.Add(client);
            _ = PumpAsync(client, server, client.GetStream(), server.GetStream(), watches: true, reaches);
            _ = PumpAsync(client, server, server.GetStream(), client.GetStream(), watches: false, reaches);
        }
    }

    private async Task PumpAsync(TcpClient client, TcpClient server, NetworkStream from, NetworkStream to, bool watches, bool reaches)
    {
        var buffer = new byte[16384];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is var read and > 0)
            {
                if (_freezes) await _frozen.Task;
                if (watches && _cutAt is { } word && Encoding.ASCII.GetString(buffer, 0, read).Contains(word, StringComparison.Ordinal))
                {
                    _cutAt = null;
                    client.LingerState = new LingerOption(true, 0);
                    client.Close();
                    if (reaches) await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                    return;
                }
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // One side has gone: so does the other, below.
        }
        client.Dispose();
        server.Dispose();
    }
}
