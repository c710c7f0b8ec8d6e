using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Stores that do something before and after each of their operations, counted over both.</summary>
internal sealed class Steps(Func<int, Task> at)
{
    private int _met = -1;

    public IStateStore Of(IStateStore store) => new State(this, store);

    public IBlobStore Of(IBlobStore store) => new Blobs(this, store);

    private async Task<T> DoAsync<T>(Func<Task<T>> operation)
    {
        await at(Interlocked.Increment(ref _met));
        var result = await operation();
        await at(Interlocked.Increment(ref _met));
        return result;
    }

    private Task<bool> DoAsync(Func<Task> operation) => DoAsync(async () =>
    {
        await operation();
        return true;
    });

    private async IAsyncEnumerable<T> ListAsync<T>(IAsyncEnumerable<T> list)
    {
        await at(Interlocked.Increment(ref _met));
        await foreach (var each in list)
        {
            yield return each;
            await at(Interlocked.Increment(ref _met));
        }
    }

    private sealed class State(Steps steps, IStateStore store) : IStateStore
    {
        public Task<Document?> GetAsync(string path, CancellationToken cancellation) => steps.DoAsync(() => store.GetAsync(path, cancellation));

        public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation) => steps.DoAsync(() => store.PutAsync(path, write, cancellation));

        public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation) => steps.DoAsync(() => store.DeleteAsync(path, etag, cancellation));

        public IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after, CancellationToken cancellation) => steps.ListAsync(store.ListAsync(prefix, after, cancellation));
    }

    private sealed class Blobs(Steps steps, IBlobStore store) : IBlobStore
    {
        public Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
            steps.DoAsync(() => store.AppendAsync(path, expectedOffset, bytes, cancellation));

        public Task WriteAsync(string path, Stream content, CancellationToken cancellation) => steps.DoAsync(() => store.WriteAsync(path, content, cancellation));

        public Task<Stream?> OpenReadAsync(string path, long offset, CancellationToken cancellation) => steps.DoAsync(() => store.OpenReadAsync(path, offset, cancellation));

        public Task<long?> GetLengthAsync(string path, CancellationToken cancellation) => steps.DoAsync(() => store.GetLengthAsync(path, cancellation));

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellation) => steps.ListAsync(store.ListAsync(prefix, cancellation));

        public Task DeleteAsync(string prefix, CancellationToken cancellation) => steps.DoAsync(() => store.DeleteAsync(prefix, cancellation));
    }
}
