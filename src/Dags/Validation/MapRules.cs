using System.Text.Json;

namespace Updraft.Dags;

/// <summary>What is mapped over is a list, or one expression that may yield one.</summary>
internal static class MapRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var group in facts.Dag.Groups.Where(group => group.Map is not null)) Map(facts, group.Map!, $"tasks.{group.Id}.map");
        foreach (var task in facts.Dag.Tasks.Where(task => task.Map is not null)) Map(facts, task.Map!, $"tasks.{task.Id}.map");
    }

    private static void Map(DagFacts facts, MapSpec map, string path)
    {
        RangeRules.Between(facts, $"{path}.max_length", map.MaxLength, 1, 100_000);
        RangeRules.Least(facts, $"{path}.max_active", map.MaxActive, 1);
        if (map.Key is not null && !Template.HasExpressions(map.Key))
            facts.Report(DagErrors.BadMap, $"{path}.key", $"the key '{map.Key}' is the same for every item; write a template such as {{{{ item.id }}}}");
        switch (map.Over.ValueKind)
        {
            case JsonValueKind.Array when map.Over.GetArrayLength() > map.MaxLength:
                facts.Report(DagErrors.BadMap, $"{path}.over", $"the list has {map.Over.GetArrayLength()} items, and may have {map.MaxLength}; raise 'max_length' (at most 100000)");
                break;
            case JsonValueKind.Array:
                break;
            case JsonValueKind.String when IsBroken(map.Over.GetString()!) || IsExpression(map.Over.GetString()!):
                break;
            case JsonValueKind.String:
                facts.Report(DagErrors.BadMap, $"{path}.over", "the text yields no list; write a list, or one template expression alone, as in \"{{ tasks.list.output }}\"");
                break;
            default:
                facts.Report(DagErrors.BadMap, $"{path}.over", "must be a list, or text with one template expression, as in \"{{ tasks.list.output }}\"");
                break;
        }
    }

    private static bool IsExpression(string text) => Template.HasExpressions(text) && Template.Parse(text).IsExpression;

    /// <summary>What is no template at all is reported where templates are checked.</summary>
    private static bool IsBroken(string text)
    {
        try
        {
            return Template.HasExpressions(text) && Template.Parse(text) is null;
        }
        catch (TemplateException)
        {
            return true;
        }
    }
}
