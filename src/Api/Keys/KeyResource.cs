using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>A key, without its secret, which nobody can read back.</summary>
public sealed record KeyResource
{
    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>How the key begins, by which it is told from others.</summary>
    public required string Prefix { get; init; }

    /// <summary>For whom or what it is; shown with what is done with it.</summary>
    public required string Name { get; init; }

    /// <summary>What it may.</summary>
    public required ImmutableArray<Grant> Grants { get; init; }

    /// <summary>Whether it is taken.</summary>
    public required KeyState State { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By whom.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>From when on it is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The last day (UTC) on which it was used; null for never.</summary>
    public DateOnly? LastUsedOn { get; init; }

    /// <summary>When it was revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>By whom; null while it is not.</summary>
    public string? RevokedBy { get; init; }

    internal static KeyResource Of(ApiKey key, DateTimeOffset now) => new()
    {
        Id = key.Id,
        Prefix = KeyToken.Prefix + key.Id,
        Name = key.Name,
        Grants = key.Grants,
        State = key.StateAt(now),
        CreatedAt = key.CreatedAt,
        CreatedBy = key.CreatedBy,
        ExpiresAt = key.ExpiresAt,
        LastUsedOn = key.LastUsedOn,
        RevokedAt = key.RevokedAt,
        RevokedBy = key.RevokedBy,
    };
}

/// <summary>Whether a key is taken.</summary>
public enum KeyState
{
    /// <summary>It is.</summary>
    Active,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was taken back.</summary>
    Revoked,
}

/// <summary>A key to be made.</summary>
public sealed record CreateKey
{
    /// <summary>For whom or what it is: 1 to 100 printable characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it may: at least one, each no more than who asks may.</summary>
    public required ImmutableArray<Grant> Grants { get; init; }

    /// <summary>From when on it is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key was made.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret">What is sent as <c>Authorization: Bearer …</c>. It is shown this once.</param>
public sealed record KeyCreated(KeyResource Key, string Secret);
