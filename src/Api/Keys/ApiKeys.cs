using System.Runtime.CompilerServices;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The keys of an installation. Thread-safe.</summary>
public sealed class ApiKeys(IStateStore store, TimeProvider clock)
{
    private const string All = "keys/";
    private const int LongestName = 100;
    private const int MostGrants = 50;

    /// <summary>Told of the id of every key that is revoked here, at once.</summary>
    internal event Action<string>? Revoked;

    /// <summary>Makes a key. Who asks must be allowed to grant what it grants.</summary>
    /// <param name="create">What is asked for.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.Key"/>.</exception>
    public async Task<KeyCreated> CreateAsync(CreateKey create, string by, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        Check(create, now);
        while (true)
        {
            var token = KeyToken.New();
            var key = new ApiKey { Id = token.Id, Hash = token.Hash(), Name = create.Name, Grants = [.. create.Grants.Distinct()], CreatedAt = now, CreatedBy = by, ExpiresAt = create.ExpiresAt };
            if (await store.PutAsync(PathOf(key.Id), key, WriteCondition.IfAbsent, cancellation: cancellation) is not null) return new KeyCreated(KeyResource.Of(key, now), token.Text);
        }
    }

    /// <summary>
    /// Takes a key whose secret is elsewhere: it is an admin's, everywhere, from now on. False, and nothing changes, when there is, or was, a key of its id: one that
    /// was revoked stays so.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="name">For whom or what it is.</param>
    /// <param name="by">Who asks: the owner of the installation.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> AddAdminAsync(KeyHash key, string name, string by, CancellationToken cancellation = default) =>
        await store.PutAsync(PathOf(key.Id), new ApiKey { Id = key.Id, Hash = key.Hash, Name = name, Grants = [new Grant(Role.Admin)], CreatedAt = clock.GetUtcNow(), CreatedBy = by }, WriteCondition.IfAbsent, cancellation: cancellation) is not null;

    /// <summary>Who could sign in: whether there are keys at all, and whether one of them is taken.</summary>
    public async Task<KeyState?> AnyAsync(CancellationToken cancellation = default)
    {
        KeyState? found = null;
        await foreach (var key in ListAsync(cancellation))
        {
            if (key.StateAt(clock.GetUtcNow()) is KeyState.Active) return KeyState.Active;
            found = key.StateAt(clock.GetUtcNow());
        }
        return found;
    }

    /// <summary>A key; null when there is none.</summary>
    internal async Task<ApiKey?> GetAsync(string id, CancellationToken cancellation = default) => (await store.GetAsync<ApiKey>(PathOf(id), cancellation))?.Value;

    /// <summary>All keys, by id.</summary>
    internal async IAsyncEnumerable<ApiKey> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var listed in store.ListAsync(All, null, cancellation))
            if (await store.GetAsync<ApiKey>(listed.Path, cancellation) is { } key) yield return key.Value;
    }

    /// <summary>Takes a key back, in this process at once; its document stays, to tell what it was. The same again changes nothing.</summary>
    internal async Task RevokeAsync(string id, string by, CancellationToken cancellation = default)
    {
        while (await store.GetAsync<ApiKey>(PathOf(id), cancellation) is { Value.RevokedAt: null } key)
        {
            if (await store.PutAsync(PathOf(id), key.Value with { RevokedAt = clock.GetUtcNow(), RevokedBy = by }, WriteCondition.IfMatch(key.ETag), cancellation: cancellation) is not null) break;
        }
        Revoked?.Invoke(id);
    }

    /// <summary>Notes the day on which a key was used. A change at the same time goes first, and the day is noted with a later use.</summary>
    internal async Task UsedAsync(string id, DateOnly day, CancellationToken cancellation = default)
    {
        if (await store.GetAsync<ApiKey>(PathOf(id), cancellation) is { } key && key.Value.LastUsedOn != day)
            await store.PutAsync(PathOf(id), key.Value with { LastUsedOn = day }, WriteCondition.IfMatch(key.ETag), cancellation: cancellation);
    }

    private static void Check(CreateKey create, DateTimeOffset now)
    {
        if (create.Name.Length is 0 or > LongestName || string.IsNullOrWhiteSpace(create.Name) || !PlainText.IsLine(create.Name))
            throw new UpdraftException(SecurityErrors.Key, $"'name' must have 1 to {LongestName} printable characters: say for whom or what the key is");
        if (create.Grants.IsDefaultOrEmpty || create.Grants.Length > MostGrants)
            throw new UpdraftException(SecurityErrors.Key, $"'grants' must name 1 to {MostGrants} roles, as in [{{\"role\": \"operator\", \"team\": \"forecasting\"}}]");
        foreach (var grant in create.Grants)
        {
            if (!Enum.IsDefined(grant.Role)) throw new UpdraftException(SecurityErrors.Key, "'grants' names a role that there is not");
            if (grant.Team is { } team) TeamName.Check(team);
        }
        if (create.ExpiresAt <= now) throw new UpdraftException(SecurityErrors.Key, $"'expiresAt' is {create.ExpiresAt:u}, which is over: give a time to come, or none");
    }

    private static string PathOf(string id) => All + DocumentPath.Of(id);
}
