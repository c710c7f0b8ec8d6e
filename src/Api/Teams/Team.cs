namespace Updraft.Api;

/// <summary>A team, to which DAGs and keys may belong.</summary>
public sealed record Team
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Its name: 1 to 64 letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, or how it is reached; null for nothing said.</summary>
    public string? Description { get; init; }

    /// <summary>When it was defined.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By whom.</summary>
    public required string CreatedBy { get; init; }
}

/// <summary>Defines a team.</summary>
/// <param name="Description">What it does, or how it is reached, in at most 500 characters; null for nothing said.</param>
public sealed record DefineTeam(string? Description = null);
