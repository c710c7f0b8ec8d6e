using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Codes of what the catalogue refuses; <c>docs/errors.md</c> lists them.</summary>
public static class CatalogueErrors
{
    /// <summary>The name of a published DAG, of an experiment or of a team is refused.</summary>
    public const string NameRefused = "UPD2501";

    /// <summary>No DAG of that name is published.</summary>
    public const string NoSuchDag = "UPD2502";

    /// <summary>A DAG belongs to another team.</summary>
    public const string OtherTeam = "UPD2503";

    /// <summary>A DAG uses an operator that the host does not offer.</summary>
    public const string OperatorMissing = "UPD2504";

    /// <summary>A published DAG has no such version.</summary>
    public const string NoSuchVersion = "UPD2505";

    /// <summary>A name or reason that goes with a change of the catalogue is refused.</summary>
    public const string TextRefused = "UPD2506";

    /// <summary>A task may take longer than the host lets anything work within it.</summary>
    public const string TooLong = "UPD2507";

    internal static UpdraftException TooLongOf(string dag, string task, TimeSpan timeout, TimeSpan longest) =>
        new(TooLong, $"task '{task}' of DAG '{dag}' has a timeout of {Durations.Format(timeout)}, and this host lets nothing work within it for more than {Durations.Format(longest)}: run it in a container or by the operator of another service, which holds no worker, or give it a shorter timeout");

    internal static UpdraftException NoSuchDagOf(string name) =>
        new(NoSuchDag, $"no DAG '{Shown(name)}' is published: publish it, or see the list of those that are");

    internal static UpdraftException OtherTeamOf(string name, string owner, string? caller) =>
        new(OtherTeam, $"the DAG '{name}' belongs to team '{owner}', and {(caller is null ? "no team was given" : $"not to team '{Shown(caller)}'")}: ask '{owner}' to change it, or publish under another name");

    internal static UpdraftException OperatorMissingOf(string dag, string missing, IEnumerable<string> offered) =>
        new(OperatorMissing, $"DAG '{dag}' uses the operator '{Shown(missing)}', which this host does not offer; it offers {string.Join(", ", offered.Order(StringComparer.Ordinal))}");

    internal static UpdraftException NoSuchVersionOf(string name, string version) =>
        new(NoSuchVersion, $"the DAG '{name}' has no version '{Shown(version)}', or more than one that begins so: see the list of its versions");

    internal static string Shown(string text) => string.Concat(text.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
