using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Updraft.Azure.Tests;

/// <summary>Stands before Azurite and does to chosen requests what networks and busy services do.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, Func<ProxyRequest, bool> Of)> _faults = [];
    private readonly Uri _target;
    private readonly Task _serving;

    public FaultyProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}{target.AbsolutePath}");
        _serving = ServeAsync();
    }

    /// <summary>Its address, with the account.</summary>
    public Uri Url { get; }

    /// <summary>How many requests came.</summary>
    public int Seen { get; private set; }

    /// <summary>How many faults have not been met yet.</summary>
    public int Left
    {
        get
        {
            lock (_gate) return _faults.Count;
        }
    }

    /// <summary>Meets the next requests of a kind with a fault.</summary>
    public void Next(Fault fault, int times = 1, Func<ProxyRequest, bool>? of = null)
    {
        lock (_gate) _faults.AddRange(Enumerable.Repeat((fault, of ?? (_ => true)), times));
    }

    /// <summary>No more faults.</summary>
    public void Heal()
    {
        lock (_gate) _faults.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        // Closed without warning: what is on the way is lost.
        socket.LingerState = new LingerOption(true, 0);
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ProxyRequest.ReadAsync(stream, _stop.Token) is { } request && await AnswerAsync(request, stream)) { }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Whoever asked is gone, or Azurite.
        }
    }

    /// <summary>False when the connection is to break.</summary>
    private async Task<bool> AnswerAsync(ProxyRequest request, NetworkStream stream)
    {
        var fault = Take(request);
        if (fault?.Drops == true) return false;
        if (fault?.Status is { } status)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Fault\r\nx-ms-error-code: {fault.Code}\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"), _stop.Token);
            return true;
        }
        using var answer = await _client.SendAsync(request.To(_target), _stop.Token);
        var body = await answer.Content.ReadAsByteArrayAsync(_stop.Token);
        if (fault?.Meanwhile is { } meanwhile) await meanwhile();
        if (fault?.Loses == true) return false;
        await stream.WriteAsync(HeadOf(answer, body.Length), _stop.Token);
        await stream.WriteAsync(body.AsMemory(0, fault?.Cuts == true ? body.Length / 2 : body.Length), _stop.Token);
        if (fault?.Cuts != true) return true;
        // The half is to arrive.
        stream.Socket.LingerState = new LingerOption(false, 0);
        return false;
    }

    private Fault? Take(ProxyRequest request)
    {
        lock (_gate)
        {
            Seen++;
            var index = _faults.FindIndex(fault => fault.Of(request));
            if (index < 0) return null;
            var taken = _faults[index].Fault;
            _faults.RemoveAt(index);
            return taken;
        }
    }

    private static byte[] HeadOf(HttpResponseMessage answer, int length)
    {
        var head = new StringBuilder($"HTTP/1.1 {(int)answer.StatusCode} {answer.ReasonPhrase}\r\n");
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (name is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Keep-Alive")) head.Append($"{name}: {string.Join(", ", values)}\r\n");
        return Encoding.Latin1.GetBytes(head.Append($"Content-Length: {answer.Content.Headers.ContentLength ?? length}\r\n\r\n").ToString());
    }
}

/// <summary>What becomes of a request.</summary>
/// <param name="Status">It is not passed on, and answered with this status; null to pass it on.</param>
/// <param name="Code">The service's code for that.</param>
/// <param name="Loses">It is passed on, and the answer is dropped.</param>
/// <param name="Drops">It is not passed on, and the connection breaks.</param>
/// <param name="Cuts">Its answer ends in the middle.</param>
/// <param name="Meanwhile">What happens between its being done and its answer.</param>
internal sealed record Fault(int? Status = null, string? Code = null, bool Loses = false, bool Drops = false, bool Cuts = false, Func<Task>? Meanwhile = null)
{
    public static readonly Fault Busy = new(503, "ServerBusy");
    public static readonly Fault TooMany = new(429, "TooManyRequests");
    public static readonly Fault LoseAnswer = new(Loses: true);
    public static readonly Fault Drop = new(Drops: true);
    public static readonly Fault Cut = new(Cuts: true);
}
