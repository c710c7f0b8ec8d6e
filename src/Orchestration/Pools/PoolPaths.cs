namespace Updraft.Orchestration;

/// <summary>Where ledgers and the definitions of pools lie.</summary>
public static class PoolPaths
{
    /// <summary>Under it, everything of pools.</summary>
    public const string All = "pools/";

    private const string LedgerName = "ledger";
    private const string DefinitionName = "definition";

    /// <summary>How everything of pools that authors name begins.</summary>
    internal static string AllNamed { get; } = All + DocumentPath.Of(PoolNames.NamedPrefix)[..^1];

    /// <summary>The ledger of a name made by <see cref="PoolNames"/>.</summary>
    public static string Ledger(string ledger) => All + DocumentPath.Of(ledger, LedgerName);

    /// <summary>How many slots a pool has (<see cref="PoolDefinition"/>).</summary>
    public static string Definition(string ledger) => All + DocumentPath.Of(ledger, DefinitionName);

    /// <summary>The name of the ledger at a path; null when another document is there.</summary>
    internal static string? LedgerAt(string path) => NameAt(path, LedgerName);

    /// <summary>The name of the ledger whose definition is at a path; null when another document is there.</summary>
    internal static string? DefinedAt(string path) => NameAt(path, DefinitionName);

    private static string? NameAt(string path, string document)
    {
        var end = "/" + document + "/";
        return path.EndsWith(end, StringComparison.Ordinal) ? DocumentPath.LastName(path[..^(end.Length - 1)]) : null;
    }
}

/// <summary>How many slots a pool has. A pool that is not defined has <see cref="DefaultSlots"/>.</summary>
/// <param name="Slots">0 or more; 0 lets nobody in.</param>
/// <param name="Description">What it protects; null when the author says nothing.</param>
/// <param name="IncludeWaiting">
/// Whether tasks that wait without holding a worker go on counting: true for sensors and remote jobs, false for neither, null for remote jobs,
/// which are at work elsewhere, and not for sensors.
/// </param>
public sealed record PoolDefinition(int Slots, string? Description = null, bool? IncludeWaiting = null)
{
    /// <summary>Slots of a pool without a definition, as in Airflow's default pool.</summary>
    public const int DefaultSlots = 128;
}
