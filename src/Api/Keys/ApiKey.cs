using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>A key as it is stored.</summary>
internal sealed record ApiKey
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>For whom or what it is.</summary>
    public required string Name { get; init; }

    /// <summary>What it may.</summary>
    public required ImmutableArray<Grant> Grants { get; init; }

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

    /// <summary>What has become of it.</summary>
    public KeyState StateAt(DateTimeOffset now) => RevokedAt is not null ? KeyState.Revoked : ExpiresAt <= now ? KeyState.Expired : KeyState.Active;
}
