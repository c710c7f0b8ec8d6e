namespace Updraft.Dags;

/// <summary>Codes of what can be wrong with durations and schedules.</summary>
public static class TimeErrors
{
    /// <summary>A text is no duration.</summary>
    public const string Duration = "UPD1301";

    /// <summary>A cron expression cannot be read.</summary>
    public const string Cron = "UPD1302";

    /// <summary>A cron expression names days that no calendar has, so it never fires.</summary>
    public const string NeverFires = "UPD1303";

    /// <summary>A time zone is not in the tz database.</summary>
    public const string TimeZone = "UPD1304";

    /// <summary>A schedule's fields contradict each other or are out of range.</summary>
    public const string Schedule = "UPD1305";
}
