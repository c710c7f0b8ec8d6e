using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>A condition that somebody waits for.</summary>
public sealed record OpenCondition
{
    /// <summary>The sensor's operator.</summary>
    public required string Operator { get; init; }

    /// <summary>What is waited for, in words without secrets, at most 200 characters.</summary>
    public required string Condition { get; init; }

    /// <summary>How many wait for it.</summary>
    public required int Waiters { get; init; }

    /// <summary>Since when one of them waits: the one that is asked about, else any.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What it has in common with the conditions that are looked at with it in one call; null when it is looked at by itself.</summary>
    public string? Backend { get; init; }

    /// <summary>When it was looked at last; null for never.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>When it is looked at next at the latest; null while that is under way.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Why the last look failed, at most 300 characters; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Why nothing looks at it any more, as after a defect; null when all is well.</summary>
    public string? SetAside { get; init; }
}

/// <summary>Shows what is waited for. Thread-safe.</summary>
public sealed class OpenConditions(IStateStore store)
{
    /// <summary>All conditions that somebody waits for, in no particular order.</summary>
    public async IAsyncEnumerable<OpenCondition> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        (string? Key, ActorId? Watcher, SharedWait? First, int Count) at = default;
        await foreach (var listed in store.ListAsync(WatcherPaths.All, null, cancellation))
        {
            if (listed.Path.Split('/') is not [_, _, "waiters", var key, _, ""]) continue;
            if (at.Key == key && at.First is not null)
            {
                at.Count++;
                continue;
            }
            if (at.First is not null) yield return await OfAsync(at.Watcher!, at.Key!, at.First, at.Count, cancellation);
            at = (key, WatcherPaths.WatcherOf(listed.Path), await ReadAsync(listed, cancellation), 1);
        }
        if (at.First is not null) yield return await OfAsync(at.Watcher!, at.Key!, at.First, at.Count, cancellation);
    }

    /// <summary>What an attempt of a run waits for together with others; null when it does not.</summary>
    internal async Task<OpenCondition?> OfAttemptAsync(string runPath, string attemptId, CancellationToken cancellation)
    {
        if ((await store.GetAsync<WaitPlace>(WatcherPaths.Wait(runPath, attemptId), cancellation))?.Value is not { } place) return null;
        if ((await store.GetAsync<SharedWait>(WatcherPaths.Waiter(place.Watcher, place.Condition, attemptId), cancellation))?.Value is not { } wait) return null;
        var count = await store.ListAsync(WatcherPaths.Waiters(place.Watcher, place.Condition), null, cancellation).CountAsync(cancellation);
        return await OfAsync(place.Watcher, place.Condition, wait, count, cancellation);
    }

    private async Task<OpenCondition> OfAsync(ActorId watcher, string condition, SharedWait wait, int count, CancellationToken cancellation)
    {
        var request = (await store.GetAsync<ActorRequest>(ActorPaths.Request(watcher), cancellation))?.Value.Body.Deserialize<WatcherRequest>(OrchestrationJson.Options);
        var head = (await store.GetAsync<ActorHead>(ActorPaths.Head(watcher), cancellation))?.Value;
        var state = head is { Revision: > 0 } ? WatcherState.Read(head.Body) : new();
        var progress = (await store.GetAsync<WaitProgress>(WatcherPaths.Progress(watcher, condition), cancellation))?.Value ?? new();
        return new()
        {
            Operator = request?.Operator ?? "",
            Condition = wait.Condition,
            Waiters = count,
            Since = wait.Since,
            Backend = request?.Backend,
            LookedAt = state.PokedAt,
            NextAt = progress.NextAt ?? (state.NextAt is { } next ? new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc)) : null),
            Error = progress.Error ?? state.Error,
            SetAside = head?.SetAside,
        };
    }

    private async Task<SharedWait?> ReadAsync(DocumentEntry listed, CancellationToken cancellation) =>
        listed.Summary is { } summary ? JsonSerializer.Deserialize<SharedWait>(summary, OrchestrationJson.Options) : (await store.GetAsync<SharedWait>(listed.Path, cancellation))?.Value;
}
