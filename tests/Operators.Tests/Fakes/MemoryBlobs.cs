using System.Text;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Blobs in memory; tests can wait for a text to appear in one, and let writes fail.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Text, TaskCompletionSource Seen)> _waiters = [];

    public int Appends { get; private set; }

    public int FailAppends { get; set; }

    /// <summary>Appends that take effect and fail all the same.</summary>
    public int LoseAnswers { get; set; }

    /// <summary>What the next writes fail with, <see cref="AwayFor"/> of them.</summary>
    public Exception? Away { get; set; }

    public int AwayFor { get; set; }

    public string TextOf(string path)
    {
        lock (_lock) return _blobs.TryGetValue(path, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
    }

    public IReadOnlyList<string> Paths
    {
        get { lock (_lock) return [.. _blobs.Keys]; }
    }

    public void Set(string path, string text)
    {
        lock (_lock) _blobs[path] = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Completes once the blob holds the text.</summary>
    public Task WaitForAsync(string path, string text)
    {
        lock (_lock)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((path, text, seen));
            Tell(path);
            return seen.Task;
        }
    }

    public Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (IsAway()) return Task.FromException<long?>(Away!);
            if (FailAppends > 0)
            {
                FailAppends--;
                return Task.FromException<long?>(new IOException("no space left on device"));
            }
            var present = _blobs.GetValueOrDefault(path) ?? [];
            if (present.Length != expectedOffset) return Task.FromResult<long?>(Stands(present, expectedOffset, bytes.Span) ? expectedOffset + bytes.Length : null);
            Appends++;
            _blobs[path] = [.. present, .. bytes.Span];
            Tell(path);
            if (LoseAnswers > 0)
            {
                LoseAnswers--;
                return Task.FromException<long?>(new IOException("the answer was lost"));
            }
            return Task.FromResult<long?>(_blobs[path].Length);
        }
    }

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellation = default)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellation);
        lock (_lock)
        {
            if (IsAway()) throw Away!;
            _blobs[path] = copy.ToArray();
        }
    }

    public Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default)
    {
        lock (_lock) return Task.FromResult<Stream?>(_blobs.TryGetValue(path, out var bytes) ? new MemoryStream(bytes[(int)offset..]) : null);
    }

    public Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default)
    {
        lock (_lock) return Task.FromResult<long?>(_blobs.TryGetValue(path, out var bytes) ? bytes.Length : null);
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        foreach (var path in Paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal))) yield return path;
    }

    public Task DeleteAsync(string prefix, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            foreach (var path in _blobs.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).ToList()) _blobs.Remove(path);
        }
        return Task.CompletedTask;
    }

    private static bool Stands(byte[] present, long offset, ReadOnlySpan<byte> bytes) =>
        !bytes.IsEmpty && present.Length >= offset + bytes.Length && bytes.SequenceEqual(present.AsSpan((int)offset, bytes.Length));

    private void Tell(string path)
    {
        var text = TextOf(path);
        foreach (var waiter in _waiters.Where(waiter => waiter.Path == path && text.Contains(waiter.Text, StringComparison.Ordinal))) waiter.Seen.TrySetResult();
    }

    private bool IsAway()
    {
        if (AwayFor == 0) return false;
        AwayFor--;
        return true;
    }
}
