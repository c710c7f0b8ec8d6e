using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Names of teams.</summary>
internal static class TeamName
{
    private const int Longest = 64;

    /// <summary>Whether a team may have this name.</summary>
    public static bool IsName(string name) => name.Length is >= 1 and <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>Refuses what is none.</summary>
    /// <exception cref="UpdraftException"><see cref="SecurityErrors.Team"/>.</exception>
    public static void Check(string name)
    {
        if (!IsName(name)) throw new UpdraftException(SecurityErrors.Team, $"the name of a team must have 1 to {Longest} letters, digits, '_', '-' and '.'");
    }
}
