namespace Updraft.Dags;

/// <summary>The schedule can be used: each of its fields is tried alone, so that all that is wrong is found.</summary>
internal static class ScheduleRules
{
    private const string Path = "schedule";

    public static void Check(DagFacts facts)
    {
        if (facts.Dag.Schedule is not { } schedule) return;
        if (schedule.HasTicks) Try(facts, schedule.Cron is not null ? $"{Path}.cron" : $"{Path}.every", new ScheduleSpec { Cron = schedule.Cron, Every = schedule.Every });
        else if (schedule.Datasets is null) facts.Report(TimeErrors.Schedule, Path, "the schedule cannot be used: it needs 'cron', 'every' or 'datasets'");
        else NoClock(facts, schedule);
        Try(facts, $"{Path}.time_zone", new ScheduleSpec { Every = TimeSpan.FromMinutes(1), TimeZone = schedule.TimeZone });
        Try(facts, $"{Path}.end", new ScheduleSpec { Every = TimeSpan.FromMinutes(1), Start = schedule.Start, End = schedule.End });
        RangeRules.NotNegative(facts, $"{Path}.every", schedule.Every);
        RangeRules.NotNegative(facts, $"{Path}.grace", schedule.Grace);
        if (schedule.Datasets is { } datasets) Datasets(facts, datasets, $"{Path}.datasets");
        else if (schedule.PerPartition) facts.Report(DagErrors.Contradiction, $"{Path}.per_partition", "only datasets have partitions; add 'datasets', or remove it");
    }

    private static void NoClock(DagFacts facts, ScheduleSpec schedule)
    {
        var @default = new ScheduleSpec();
        foreach (var (name, isGiven) in new[]
        {
            ("time_zone", schedule.TimeZone != @default.TimeZone),
            ("start", schedule.Start is not null),
            ("end", schedule.End is not null),
            ("catchup", schedule.CatchUp != @default.CatchUp),
            ("grace", schedule.Grace is not null),
        })
        {
            if (isGiven) facts.Report(DagErrors.Contradiction, $"{Path}.{name}", $"'{name}' is of ticks, and this schedule has only datasets; add 'cron' or 'every', or remove it");
        }
    }

    private static void Datasets(DagFacts facts, DatasetCondition condition, string path)
    {
        if (condition.Dataset is { } name)
        {
            if (!condition.All.IsEmpty || !condition.Any.IsEmpty) facts.Report(DagErrors.Contradiction, path, $"the condition names the dataset '{name}' and others; write a list");
            else if (!DatasetNames.IsName(name)) facts.Report(DagErrors.BadName, path, $"the name of a dataset has 1 to {DatasetNames.MaxLength} printable characters, without white space at its ends");
            else if (TemplateRules.IsMeant(name)) facts.Report(DagErrors.TemplateInRawField, path, "templates are not replaced here; a schedule listens to datasets by their names");
            return;
        }
        if (condition.All.IsEmpty == condition.Any.IsEmpty)
        {
            facts.Report(DagErrors.Contradiction, path, condition.All.IsEmpty ? "no dataset is named; name one, or remove this" : "has 'all' and 'any'; put one into the other, as in {all: [a, {any: [b, c]}]}");
            return;
        }
        foreach (var (index, inner) in condition.All.Index()) Datasets(facts, inner, $"{path}[{index}]");
        foreach (var (index, inner) in condition.Any.Index()) Datasets(facts, inner, $"{path}.any[{index}]");
    }

    private static void Try(DagFacts facts, string path, ScheduleSpec schedule)
    {
        try
        {
            Schedule.Create(schedule);
        }
        catch (UpdraftException e)
        {
            facts.Report(e.Code, path, e.Message);
        }
    }
}
