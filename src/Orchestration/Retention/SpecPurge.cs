namespace Updraft.Orchestration;

/// <summary>
/// Removes versions of DAGs that nothing refers to. A version is first noted as unused, and goes some days later if it still is; whoever
/// stores it meanwhile takes the note away (<see cref="SpecStore"/>).
/// </summary>
internal sealed class SpecPurge(IStateStore store, SpecStore specs, TimeProvider clock)
{
    /// <summary>Looks at all versions.</summary>
    /// <param name="used">Hashes that runs or published DAGs refer to.</param>
    /// <param name="grace">How long unused ones stay.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RunOnceAsync(IReadOnlySet<string> used, TimeSpan grace, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var listed in store.ListAsync(SpecStore.All, null, cancellation))
        {
            if (SpecStore.SpecAt(listed.Path) is not { } hash) continue;
            var note = await store.GetAsync<UnusedSpec>(SpecStore.UnusedPath(hash), cancellation);
            if (used.Contains(hash))
            {
                if (note is not null) await store.DeleteAsync(SpecStore.UnusedPath(hash), note.ETag, cancellation);
            }
            else if (note is null)
            {
                await store.PutAsync(SpecStore.UnusedPath(hash), new UnusedSpec(clock.GetUtcNow()), WriteCondition.IfAbsent, cancellation: cancellation);
            }
            else if (clock.GetUtcNow() - note.Value.Since > grace && await specs.RemoveAsync(hash, listed.ETag, note.ETag, cancellation))
            {
                removed++;
            }
        }
        return removed;
    }
}

/// <summary>That a version was found unused.</summary>
internal sealed record UnusedSpec(DateTimeOffset Since);
