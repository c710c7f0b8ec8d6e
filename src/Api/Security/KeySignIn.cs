using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Says whose a key is. What was read counts for some seconds, so that a request costs no read; what is revoked here counts at once.</summary>
internal sealed class KeySignIn
{
    private const int MostKnown = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ApiKeys _keys;
    private readonly SignInLimit _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private int _revocations;

    public KeySignIn(ApiKeys keys, SignInLimit limit, TimeProvider clock, ILogger<KeySignIn> log)
    {
        (_keys, _limit, _clock, _log) = (keys, limit, clock, log);
        _keys.Revoked += id =>
        {
            Interlocked.Increment(ref _revocations);
            _known.TryRemove(id, out _);
        };
    }

    /// <summary>Who signs in.</summary>
    /// <param name="text">The key as it was sent.</param>
    /// <param name="remote">Where it comes from.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.KeyRefused"/>, and nothing is said about why; <see cref="SecurityErrors.TooManySignIns"/>.</exception>
    public async Task<Access> CheckAsync(string text, string remote, CancellationToken cancellation)
    {
        var token = KeyToken.Parse(text);
        var hash = token?.Hash() ?? [];
        var known = token is null ? null : _known.GetValueOrDefault(token.Id);
        var isKnown = known is not null && CryptographicOperations.FixedTimeEquals(known.Key.Hash, hash);
        // Whoever has signed in before is not kept out by others of the same address.
        if (!isKnown && _limit.Wait(remote) is not null) throw TooMany();
        var now = _clock.GetUtcNow();
        if (token is not null && (known is null || now - known.ReadAt >= Fresh)) known = await ReadAsync(token.Id, now, cancellation);
        if (known is null || !CryptographicOperations.FixedTimeEquals(known.Key.Hash, hash) || known.Key.StateAt(now) is not KeyState.Active)
        {
            _limit.Failed(remote);
            throw Refusal();
        }
        await NoteUseAsync(known, now, cancellation);
        return new Access(known.Key.Name, known.Key.Grants, SignInMethod.Key, known.Key.Id);
    }

    /// <summary>Refuses what is no key at all.</summary>
    public UpdraftException Refused(string remote)
    {
        if (_limit.Wait(remote) is not null) return TooMany();
        _limit.Failed(remote);
        return Refusal();
    }

    private async Task<Known?> ReadAsync(string id, DateTimeOffset now, CancellationToken cancellation)
    {
        var revocations = Volatile.Read(ref _revocations);
        if (await _keys.GetAsync(id, cancellation) is not { } key)
        {
            _known.TryRemove(id, out _);
            return null;
        }
        if (_known.Count >= MostKnown) _known.Clear();
        var read = _known[id] = new Known(key, now);
        // What was read before a revocation must not outlive it.
        if (revocations != Volatile.Read(ref _revocations)) _known.TryRemove(id, out _);
        return read;
    }

    private async Task NoteUseAsync(Known known, DateTimeOffset now, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (known.Key.LastUsedOn >= today) return;
        _known.TryUpdate(known.Key.Id, known with { Key = known.Key with { LastUsedOn = today } }, known);
        try
        {
            await _keys.UsedAsync(known.Key.Id, today, cancellation);
        }
        catch (UpdraftException e)
        {
            // A full disk keeps nobody from looking.
            Logs.UseNotNoted(_log, known.Key.Id, e);
        }
    }

    private static UpdraftException Refusal() => new(SecurityErrors.KeyRefused, "the key is not taken: it is unknown, wrong, expired or revoked; an admin can make another, as with 'updraft keys create'");

    private static UpdraftException TooMany() => new(SecurityErrors.TooManySignIns, "too many sign-ins from where this one comes have failed: wait a minute");

    private sealed record Known(ApiKey Key, DateTimeOffset ReadAt);
}
