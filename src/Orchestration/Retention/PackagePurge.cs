namespace Updraft.Orchestration;

/// <summary>
/// Removes packages that nothing refers to, in two passes or more: the first notes them, and a later one removes those whose note is old enough
/// (<see cref="PackageNotes"/>).
/// </summary>
internal sealed class PackagePurge(IStoredPackages packages, PackageNotes notes)
{
    /// <summary>Looks at all packages.</summary>
    /// <param name="used">Hashes of those that versions or runs refer to.</param>
    /// <param name="lookedAt">When looking for these began.</param>
    /// <param name="grace">How long unused ones stay.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RunOnceAsync(IReadOnlySet<string> used, DateTimeOffset lookedAt, TimeSpan grace, CancellationToken cancellation)
    {
        var removed = 0;
        var noted = await notes.ListAsync(cancellation).ToHashSetAsync(StringComparer.Ordinal, cancellation);
        foreach (var hash in noted)
            if (await notes.GetAsync(hash, cancellation) is { Value.Removing: not null } begun && await packages.RemoveAsync(hash, begun, cancellation)) removed++;
        await foreach (var hash in packages.ListAsync(cancellation))
        {
            var note = noted.Remove(hash) ? await notes.GetAsync(hash, cancellation) : null;
            if (used.Contains(hash)) await WithdrawAsync(hash, note, cancellation);
            else if (note is null) await notes.AddAsync(hash, cancellation);
            // Reckoned from before the look: whoever found no note to take away has had the time to refer to it.
            else if (lookedAt - note.Value.Since > grace && await packages.RemoveAsync(hash, note, cancellation)) removed++;
        }
        // What is noted and no longer there was removed by hand.
        foreach (var hash in noted) await WithdrawAsync(hash, await notes.GetAsync(hash, cancellation), cancellation);
        return removed;
    }

    private async Task WithdrawAsync(string hash, Stored<PackageNote>? note, CancellationToken cancellation)
    {
        if (note is { Value.Removing: null }) await notes.ForgetAsync(hash, note.ETag, cancellation);
    }
}
