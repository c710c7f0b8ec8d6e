using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Azure;
using Updraft.Orchestration;

namespace Updraft.Conformance;

public sealed class ClaimAttemptHostTests : AttemptHostContract
{
    private readonly EmbeddedFolder _folder = new();

    protected override async Task<IAttemptHost> OpenAsync() => new ClaimAttemptHost(new PromptStore((await _folder.OpenAsync()).State), _folder.Time, NullLogger.Instance, CancellationToken.None);

    protected override Task PassAsync(TimeSpan time)
    {
        // Without a context, what time brings about is done on this thread, and so when it has passed.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _folder.Time.Advance(time);
        SynchronizationContext.SetSynchronizationContext(context);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync() => await _folder.DeleteAsync();

    /// <summary>Answers before it returns, so that what a virtual clock brings about is done when the clock has moved.</summary>
    private sealed class PromptStore(IStateStore store) : IStateStore
    {
        public Task<Document?> GetAsync(string path, CancellationToken cancellation = default) => Now(store.GetAsync(path, cancellation));

        public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default) => Now(store.PutAsync(path, write, cancellation));

        public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default) => Now(store.DeleteAsync(path, etag, cancellation));

        public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await foreach (var entry in store.ListAsync(prefix, after, cancellation)) yield return entry;
        }

        private static Task<T> Now<T>(Task<T> answer)
        {
            answer.Wait();
            return answer;
        }
    }
}
