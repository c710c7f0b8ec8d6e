namespace Updraft.Dags;

/// <summary>The schedule can be used: each of its fields is tried alone, so that all that is wrong is found.</summary>
internal static class ScheduleRules
{
    private const string Path = "schedule";

    public static void Check(DagFacts facts)
    {
        if (facts.Dag.Schedule is not { } schedule) return;
        Try(facts, schedule.Cron is not null ? $"{Path}.cron" : schedule.Every is not null ? $"{Path}.every" : Path, new ScheduleSpec { Cron = schedule.Cron, Every = schedule.Every });
        Try(facts, $"{Path}.time_zone", new ScheduleSpec { Every = TimeSpan.FromMinutes(1), TimeZone = schedule.TimeZone });
        Try(facts, $"{Path}.end", new ScheduleSpec { Every = TimeSpan.FromMinutes(1), Start = schedule.Start, End = schedule.End });
        RangeRules.NotNegative(facts, $"{Path}.every", schedule.Every);
        RangeRules.NotNegative(facts, $"{Path}.grace", schedule.Grace);
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
