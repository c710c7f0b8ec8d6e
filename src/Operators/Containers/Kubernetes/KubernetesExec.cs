using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Updraft.Operators;

/// <summary>
/// A program that runs in a container of a pod, over a WebSocket of the API server: each message is of the channel that its first byte names.
/// There is no way to end the program's input (before version 5 of the protocol), so it has to know how much it is to read.
/// </summary>
internal sealed class KubernetesExec : IDisposable
{
    private const string Protocol = "v4.channel.k8s.io";
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Errors = 2;
    private const byte Status = 3;
    private const int MaxSaid = 4096;
    private const int MaxStatus = 64 * 1024;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HeartbeatMissed = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket _socket = new();
    private readonly string _where;
    private readonly byte[] _message = new byte[64 * 1024];
    private readonly MemoryStream _said = new();
    private readonly MemoryStream _status = new();
    private ReadOnlyMemory<byte> _unread;
    private byte? _channel;
    private KubernetesExecEnd? _end;

    private KubernetesExec(string where) => _where = where;

    /// <summary>Starts a program.</summary>
    /// <param name="access">The cluster.</param>
    /// <param name="pod">Path of the pod.</param>
    /// <param name="container">The container, which must run.</param>
    /// <param name="script">What its shell is to do.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ServiceRefusal">The account may not.</exception>
    public static async Task<KubernetesExec> StartAsync(KubernetesAccess access, string pod, string container, string script, CancellationToken stop)
    {
        var query = $"container={container}&stdin=true&stdout=true&stderr=true&command=sh&command=-c&command={Uri.EscapeDataString(script)}";
        var url = new UriBuilder(new Uri(new Uri(access.Connection.Url!.AbsoluteUri.TrimEnd('/') + "/"), $"{pod}/exec?{query}"));
        var exec = new KubernetesExec(ServiceHttp.Shown(url.Uri));
        url.Scheme = url.Scheme == Uri.UriSchemeHttp ? Uri.UriSchemeWs : Uri.UriSchemeWss;
        var options = exec._socket.Options;
        options.AddSubProtocol(Protocol);
        options.CollectHttpResponseDetails = true;
        options.KeepAliveInterval = Heartbeat;
        options.KeepAliveTimeout = HeartbeatMissed;
        if (await access.SignInAsync(stop) is { } signIn) options.SetRequestHeader("Authorization", signIn.ToString());
        try
        {
            await exec._socket.ConnectAsync(url.Uri, access.Trust.Invoker(), stop);
            return exec;
        }
        catch (WebSocketException e)
        {
            throw exec.Refused(container, e);
        }
        catch
        {
            exec.Dispose();
            throw;
        }
    }

    /// <summary>Reads of what the program writes.</summary>
    /// <returns>How many bytes; 0 when the program has ended.</returns>
    /// <exception cref="ServiceException">The connection broke before it was told how the program ended.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop)
    {
        while (_unread.IsEmpty)
        {
            if (_end is not null) return 0;
            await ReceiveAsync(stop);
        }
        var count = Math.Min(into.Length, _unread.Length);
        _unread[..count].CopyTo(into);
        _unread = _unread[count..];
        return count;
    }

    /// <summary>Writes what the program is to read.</summary>
    /// <exception cref="ServiceException">The connection broke.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop)
    {
        var message = new byte[input.Length + 1];
        message[0] = Input;
        input.CopyTo(message.AsMemory(1));
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, stop);
        }
        catch (Exception e) when (IsBreak(e, stop))
        {
            throw Broken(e);
        }
    }

    /// <summary>Waits for the program's end; nothing more that it writes is wanted.</summary>
    public async Task<KubernetesExecEnd> EndAsync(CancellationToken stop)
    {
        while (_end is null)
        {
            _unread = default;
            await ReceiveAsync(stop);
        }
        return _end;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _said.Dispose();
        _status.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken stop)
    {
        ValueWebSocketReceiveResult part;
        try
        {
            part = await _socket.ReceiveAsync(_message.AsMemory(), stop);
        }
        catch (Exception e) when (IsBreak(e, stop))
        {
            throw Broken(e);
        }
        if (part.MessageType is WebSocketMessageType.Close) throw Broken(null);
        var content = _message.AsMemory(0, part.Count);
        if (_channel is null && !content.IsEmpty) (_channel, content) = (content.Span[0], content[1..]);
        if (_channel is Output) _unread = content;
        else if (_channel is Errors) _said.Write(content.Span[..Math.Min(content.Length, MaxSaid - (int)_said.Length)]);
        else if (_channel is Status) Told(content.Span, part.EndOfMessage);
        if (part.EndOfMessage) _channel = null;
    }

    /// <summary>The last that comes is how the program ended. It may come in parts, of which the first may be empty.</summary>
    private void Told(ReadOnlySpan<byte> status, bool isWhole)
    {
        _status.Write(status);
        if (_status.Length > MaxStatus) throw new ServiceException($"{_where} tells the end of the program in more than {MaxStatus >> 10} KB");
        if (isWhole && _status.Length > 0) _end = KubernetesExecEnd.Of(_status.ToArray(), Encoding.UTF8.GetString(_said.ToArray()), _where);
    }

    private Exception Refused(string container, WebSocketException e)
    {
        var (status, after) = (_socket.HttpStatusCode, RetryAfter());
        Dispose();
        if (status is HttpStatusCode.Unauthorized) return new ServiceRefusal(status, $"{_where} answered 401: the account is not known");
        if (status is HttpStatusCode.Forbidden) return new ServiceRefusal(status, $"{_where} answered 403: to hand files over, the account needs the verbs get and create of pods/exec");
        if (status is 0) return new ServiceException($"{_where} could not be called: {e.GetBaseException().Message}", inner: e);
        return new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{_where} answered {(int)status}: no program can be run in container {container}"), status, after, e);
    }

    private TimeSpan? RetryAfter() =>
        _socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Retry-After", out var values) && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private ServiceException Broken(Exception? e) =>
        new($"{_where} broke off before the program's end was told{(e is null ? "" : $": {e.GetBaseException().Message}")}{(_said.Length == 0 ? "" : $"; it said: {Encoding.UTF8.GetString(_said.ToArray()).Trim()}")}", inner: e);

    // A socket that gave up by itself calls that a cancellation too.
    private static bool IsBreak(Exception e, CancellationToken stop) => e is WebSocketException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested);
}
