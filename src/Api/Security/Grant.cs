namespace Updraft.Api;

/// <summary>A role, everywhere or for one team.</summary>
/// <param name="Role">What may be done.</param>
/// <param name="Team">With what belongs to this team, and with what belongs to none; null for everywhere.</param>
public sealed record Grant(Role Role, string? Team = null)
{
    /// <summary>Whether this grants a role for what belongs to a team.</summary>
    /// <param name="needed">The role that is needed.</param>
    /// <param name="team">The team that it belongs to; null for none.</param>
    public bool Covers(Role needed, string? team) => Role >= needed && (Team is null || team is null || Team == team);

    /// <summary>As in <c>operator</c> or <c>author@forecasting</c>.</summary>
    public override string ToString() => Role.ToString().ToLowerInvariant() + (Team is null ? "" : "@" + Team);
}
