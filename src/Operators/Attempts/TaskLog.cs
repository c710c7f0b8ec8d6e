using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// The live log of an attempt: appended to its blob at most once an interval or per 256 KB, and always at the end. Without a line there is no
/// blob. A log that cannot be written does not fail the work: what is kept in memory is tried again, and what finds no room is counted.
/// </summary>
internal sealed class TaskLog : ITaskLog, IAsyncDisposable
{
    internal const int FlushAt = 256 * 1024;
    private const int KeepAtMost = 16 * FlushAt;

    private readonly IBlobStore _blobs;
    private readonly string _path;
    private readonly Func<Redactor> _redactor;
    private readonly TimeSpan _interval;
    private readonly long _limit;
    private readonly ILogger _hostLogger;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly ArrayBufferWriter<byte> _ready = new();
    private ArrayBufferWriter<byte> _pending = new();
    private bool _timerIsSet;
    private long? _offset;
    private long _written;
    private long _lost;

    public TaskLog(AttemptServices services, string path, Func<Redactor> redactor)
    {
        (_blobs, _path, _redactor) = (services.Blobs, path, redactor);
        (_interval, _limit, _hostLogger) = (services.LogInterval, services.MaxLogBytes, services.Logger);
        _time = services.Time;
        _timer = services.Time.CreateTimer(_ => _ = FlushAsync(last: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) =>
        Add(bytes.Span) ? new ValueTask(FlushAsync(last: false)) : ValueTask.CompletedTask;

    public void WriteLine(string line)
    {
        if (Add(Encoding.UTF8.GetBytes(line + '\n'))) _ = FlushAsync(last: false);
    }

    /// <summary>Appends what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await FlushAsync(last: true);
    }

    private bool Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_written >= _limit || _pending.WrittenCount + bytes.Length > KeepAtMost)
            {
                _lost += bytes.Length;
                return false;
            }
            var room = _limit - _written;
            _written += bytes.Length;
            if (bytes.Length > room)
            {
                _lost += bytes.Length - room;
                bytes = bytes[..(int)room];
            }
            _pending.Write(bytes);
            if (_pending.WrittenCount >= FlushAt) return true;
            if (!_timerIsSet) _timerIsSet = _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    private async Task FlushAsync(bool last)
    {
        await _flushing.WaitAsync();
        try
        {
            // What was tried before is tried again as it was: if only the answer was lost, the store knows it by that.
            await AppendReadyAsync(last);
            TakePending(last);
            await AppendReadyAsync(last);
        }
        catch (Exception e) when (!last)
        {
            Logs.LogNotWritten(_hostLogger, _path, e);
            SetTimer();
        }
        catch (Exception e)
        {
            lock (_lock) Logs.LogLost(_hostLogger, _path, _ready.WrittenCount + _pending.WrittenCount, e);
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task AppendReadyAsync(bool last)
    {
        if (_ready.WrittenCount == 0) return;
        await StoragePatience.AwaitAsync(_time, last ? StoragePatience.ForLogs : TimeSpan.Zero, () => AppendAsync(_ready.WrittenMemory), CancellationToken.None);
        _ready.ResetWrittenCount();
    }

    private void TakePending(bool last)
    {
        lock (_lock)
        {
            _timerIsSet = false;
            var taken = _redactor().Redact(_pending.WrittenSpan, last, _ready);
            var rest = new ArrayBufferWriter<byte>();
            rest.Write(_pending.WrittenSpan[taken..]);
            _pending = rest;
            if (last && _lost > 0)
            {
                _ready.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n[{_lost} more bytes are not kept: a log holds {_limit} bytes at most]\n")));
            }
        }
    }

    private void SetTimer()
    {
        lock (_lock) _timerIsSet = _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    // Another writer means that this attempt began again elsewhere; both are heard.
    private async Task<long> AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        _offset ??= await _blobs.GetLengthAsync(_path) ?? 0;
        while (true)
        {
            var length = await _blobs.AppendAsync(_path, _offset.Value, bytes);
            _offset = length ?? await _blobs.GetLengthAsync(_path) ?? 0;
            if (length is not null) return length.Value;
        }
    }
}
