namespace Updraft.Surroundings;

/// <summary>How much is tried: a little on every machine, all of it by CI.</summary>
internal static class Depth
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("UPDRAFT_TESTS") == "full";
}
