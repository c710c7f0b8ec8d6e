namespace Updraft.Embedded;

/// <summary>Those who wait for instances to end.</summary>
internal sealed class EndWaits
{
    private readonly Dictionary<string, TaskCompletionSource> _waits = new(StringComparer.Ordinal);
    private Exception? _failed;

    /// <summary>Completes when the instance ends, after this call.</summary>
    public Task WaitAsync(string id)
    {
        lock (_waits)
        {
            if (_failed is not null) return Task.FromException(_failed);
            if (!_waits.TryGetValue(id, out var wait)) _waits.Add(id, wait = new(TaskCreationOptions.RunContinuationsAsynchronously));
            return wait.Task;
        }
    }

    public void Signal(string id)
    {
        TaskCompletionSource? wait;
        lock (_waits) _waits.Remove(id, out wait);
        wait?.TrySetResult();
    }

    public void Fail(Exception failure)
    {
        lock (_waits)
        {
            _failed ??= failure;
            foreach (var wait in _waits.Values) wait.TrySetException(failure);
            _waits.Clear();
        }
    }
}
