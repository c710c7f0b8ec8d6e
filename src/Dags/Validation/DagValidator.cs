using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Finds everything that is wrong with a DAG at once. Pure: what it knows of operators is what it is handed.</summary>
public static class DagValidator
{
    /// <summary>All that is wrong, in the order of the DAG's parts; empty for a DAG that may run.</summary>
    /// <param name="dag">The DAG.</param>
    /// <param name="operators">Every operator that is offered; null leaves operators and their fields unchecked.</param>
    /// <param name="sources">Where the DAG's parts stand; null when it came from no file.</param>
    /// <param name="files">Paths of the files of the DAG's folder, with <c>/</c>; empty for a DAG without a folder, null leaves files unchecked.</param>
    public static ImmutableArray<Problem> Validate(
        DagSpec dag, IReadOnlyCollection<OperatorManifest>? operators = null, SourceMap? sources = null, IReadOnlyCollection<string>? files = null)
    {
        var facts = new DagFacts(dag, operators, sources ?? SourceMap.None);
        if (!HasForm(facts)) return [.. facts.Problems];
        NameRules.Check(facts);
        GraphRules.Check(facts);
        RangeRules.Check(facts);
        ParamRules.Check(facts);
        ScheduleRules.Check(facts);
        CallbackRules.Check(facts);
        OperatorRules.Check(facts);
        if (files is not null) FileRules.Check(facts, files);
        MapRules.Check(facts);
        BranchRules.Check(facts);
        TeardownRules.Check(facts);
        TemplateRules.Check(facts);
        if (facts.Problems.Count == 0) CheckSize(facts);
        return [.. facts.Problems.Distinct()];
    }

    /// <summary>Whether every value can be written at all; without that, no rule can look at it.</summary>
    private static bool HasForm(DagFacts facts)
    {
        try
        {
            DagWriter.Write(facts.Dag);
        }
        catch (ArgumentOutOfRangeException)
        {
            // A duration that cannot be written; the rules say which.
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            facts.Report(DagErrors.BadValue, "", $"DAG '{facts.Dag.Name}': {e.Message}");
            return false;
        }
        return true;
    }

    private static void CheckSize(DagFacts facts)
    {
        try
        {
            CanonicalJson.Parse(DagJson.Serialize(facts.Dag));
        }
        catch (JsonException)
        {
            facts.Report(DagErrors.TooLarge, "", $"DAG '{facts.Dag.Name}' is nested deeper than {DagJson.MaxDepth} levels; use fewer groups within groups, or flatter operator fields");
        }
        catch (UpdraftException e)
        {
            facts.Report(e.Code, "", e.Message);
        }
    }
}
