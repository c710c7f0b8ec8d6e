namespace Updraft.Api.Tests;

/// <summary>Who asks.</summary>
internal static class Somebody
{
    /// <summary>With a role, everywhere or for one team.</summary>
    public static Access With(Role role, string? team = null) => new("ana", [new Grant(role, team)]);
}
