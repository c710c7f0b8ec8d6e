using System.Runtime.CompilerServices;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>A store that can be away, as a storage account can.</summary>
internal sealed class FailingState(IStateStore store) : IStateStore
{
    public bool IsAway { get; set; }

    /// <summary>Done before each listing.</summary>
    public Action? BeforeList { get; set; }

    public Task<Document?> GetAsync(string path, CancellationToken cancellation = default) => IsAway ? throw Away() : store.GetAsync(path, cancellation);

    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default) => IsAway ? throw Away() : store.PutAsync(path, write, cancellation);

    public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default) => IsAway ? throw Away() : store.DeleteAsync(path, etag, cancellation);

    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (IsAway) throw Away();
        BeforeList?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        await foreach (var entry in store.ListAsync(prefix, after, cancellation)) yield return entry;
    }

    private static UpdraftException Away() => new(Azure.AzureErrors.Unreachable, "the storage account is away");
}
