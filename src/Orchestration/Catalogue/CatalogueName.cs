using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Names under which DAGs are published: <c>etl</c>, or <c>etl@wider</c> for an experiment beside it.</summary>
public static class CatalogueName
{
    private const int Longest = 64;

    /// <summary>The name of a DAG, or of an experiment of it.</summary>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.NameRefused"/>.</exception>
    public static string Of(string dag, string? experiment = null)
    {
        if (!IsName(dag)) throw Refused("the name of a DAG", dag);
        if (experiment is null) return dag;
        return IsName(experiment) ? $"{dag}@{experiment}" : throw Refused("the name of an experiment", experiment);
    }

    /// <summary>Whether a name is that of an experiment.</summary>
    public static bool IsExperiment(string name) => name.Contains('@', StringComparison.Ordinal);

    /// <summary>The name, when it is one that a published DAG or experiment may have.</summary>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.NameRefused"/>.</exception>
    public static string Checked(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? Of(name) : Of(name[..at], name[(at + 1)..]);
    }

    internal static void CheckTeam(string? team)
    {
        if (team is not null && !IsName(team)) throw Refused("the name of a team", team);
    }

    internal static bool IsName(string name) => name.Length is >= 1 and <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static UpdraftException Refused(string what, string name) =>
        new(CatalogueErrors.NameRefused, $"{what} is '{CatalogueErrors.Shown(name)}', and may have 1 to {Longest} letters, digits, '_', '-' and '.'");
}
