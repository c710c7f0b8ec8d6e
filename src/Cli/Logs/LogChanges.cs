using System.Threading.Channels;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>
/// Tells when there may be more to read of a run's logs: by the streams of the run and of the logs that grow. What the streams say is read elsewhere, so that
/// nothing is lost with one that is cut. Where there is none, or more grows than is listened to, time tells.
/// </summary>
/// <param name="api">Who is asked.</param>
/// <param name="clock">The clock.</param>
internal sealed class LogChanges(ApiClient api, TimeProvider clock) : IAsyncDisposable
{
    private const int Most = 32;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    /// <summary>A stream that is cut sooner is none.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _heard = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private bool _isBlind;

    /// <summary>Listens to a stream until it ends; to be called again and again, since one may be cut.</summary>
    /// <param name="name">What it tells of.</param>
    /// <param name="path">Where it is.</param>
    public void Hear(string name, ApiPath path)
    {
        lock (_lock)
        {
            if (_heard.ContainsKey(name) || _ended.Contains(name)) return;
            if (_heard.Count >= Most) _isBlind = true;
            else _heard[name] = Task.Run(() => HearAsync(name, path));
        }
    }

    /// <summary>Says that the streams do not tell all: time tells too from now on.</summary>
    public void LookToo()
    {
        lock (_lock) _isBlind = true;
    }

    /// <summary>Waits until there may be more.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var told = _bell.Reader.WaitToReadAsync(enough.Token).AsTask();
        bool isBlind;
        lock (_lock) isBlind = _isBlind;
        await Task.WhenAny(told, isBlind ? Task.Delay(Look, clock, enough.Token) : told);
        cancellation.ThrowIfCancellationRequested();
        await enough.CancelAsync();
        _bell.Reader.TryRead(out _);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] all;
        lock (_lock) all = [.. _heard.Values];
        await Task.WhenAll(all);
        _stop.Dispose();
    }

    private async Task HearAsync(string name, ApiPath path)
    {
        var (began, isEnd, isLost) = (clock.GetTimestamp(), false, false);
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Get, path, null, _stop.Token);
            using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(_stop.Token));
            while (!isEnd && await events.ReadLineAsync(_stop.Token) is { } line)
            {
                isEnd = line == "event: end";
                // An event is whole with its empty line, as is a comment, which tells nothing.
                if (line.StartsWith("data:", StringComparison.Ordinal)) _bell.Writer.TryWrite(true);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is UpdraftException or HttpRequestException or IOException)
        {
            // The requests that read will meet what is wrong, and say so.
            isLost = true;
        }
        lock (_lock)
        {
            _heard.Remove(name);
            if (isEnd) _ended.Add(name);
            else if (isLost || clock.GetElapsedTime(began) < Lasting) (_isBlind, _) = (true, _ended.Add(name));
        }
        _bell.Writer.TryWrite(true);
    }
}
