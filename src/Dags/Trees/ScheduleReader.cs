using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>When runs start by themselves, from a tree.</summary>
internal static class ScheduleReader
{
    /// <summary>A mapping, or cron alone.</summary>
    public static ScheduleSpec? Read(ObjectReader dag)
    {
        if (dag.Node("schedule") is TreeText cron) return new ScheduleSpec { Cron = cron.Value };
        if (dag.Object("schedule") is not { } schedule) return null;
        var zone = schedule.Text("time_zone") ?? ScheduleSpec.DefaultTimeZone;
        var spec = new ScheduleSpec
        {
            Cron = schedule.Text("cron"),
            Every = schedule.Duration("every"),
            Datasets = schedule.Node("datasets") is { } datasets and not TreeNull ? Condition(schedule, "datasets", datasets) : null,
            PerPartition = schedule.Flag("per_partition"),
            TimeZone = zone,
            Start = schedule.Instant("start", zone),
            End = schedule.Instant("end", zone),
            CatchUp = schedule.Word("catchup", CatchUp.None),
            Overlap = schedule.Word("overlap", Overlap.Queue),
            Grace = schedule.Duration("grace"),
        };
        schedule.Done();
        return spec;
    }

    /// <summary>A name, a list of which all must have landed, or a mapping of <c>all</c> or <c>any</c>.</summary>
    private static DatasetCondition Condition(ObjectReader around, string name, TreeNode node)
    {
        switch (node)
        {
            case TreeText text:
                return text.Value;
            case TreeList:
                return new DatasetCondition { All = Conditions(around, name, node) };
            case TreeMap map:
                var both = around.Inner(name, map);
                var condition = new DatasetCondition { All = Conditions(both, "all", both.Node("all")), Any = Conditions(both, "any", both.Node("any")) };
                both.Done();
                return condition;
            default:
                around.Wrong(name, node, $"must be the name of a dataset, a list, or a mapping of 'all' or 'any', and is {node.Kind}");
                return "";
        }
    }

    private static ImmutableArray<DatasetCondition> Conditions(ObjectReader around, string name, TreeNode? node) =>
        [.. around.Items(name, node).Select(item => Condition(around, item.Name, item.Node))];
}
