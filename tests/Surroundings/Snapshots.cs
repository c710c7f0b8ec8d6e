namespace Updraft.Surroundings;

/// <summary>What is generated and committed, for its changes to be seen.</summary>
internal static class Snapshots
{
    /// <summary>Set to 1 where it is to be written anew.</summary>
    public const string Variable = "UPDRAFT_SNAPSHOTS";

    public static bool AreWritten { get; } = Environment.GetEnvironmentVariable(Variable) == "1";
}
