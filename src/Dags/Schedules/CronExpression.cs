using NodaTime;

namespace Updraft.Dags;

/// <summary>The local date-times that a cron expression matches; it knows of no time zone. To the second.</summary>
internal sealed class CronExpression
{
    private const int LastYear = 9998;
    private const int LongestText = 500;

    private readonly CronField _seconds;
    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    private CronExpression(string text)
    {
        var fields = Expand(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6)) throw new FormatException($"it has {fields.Length} fields, and cron has 5 (minute hour day month weekday), or 6 with seconds first");
        var at = fields.Length - 5;
        _seconds = at == 0 ? new CronField(1, false, false) : CronField.Parse(fields[0], CronUnit.Second);
        _minutes = CronField.Parse(fields[at], CronUnit.Minute);
        _hours = CronField.Parse(fields[at + 1], CronUnit.Hour);
        _days = CronField.Parse(fields[at + 2], CronUnit.DayOfMonth);
        _months = CronField.Parse(fields[at + 3], CronUnit.Month);
        _weekdays = CronField.Parse(fields[at + 4], CronUnit.DayOfWeek);
    }

    /// <summary>Whether the hour field is <c>*</c>.</summary>
    public bool IsEveryHour => _hours.IsEvery;

    /// <summary>Reads a cron expression.</summary>
    /// <exception cref="UpdraftException">It cannot be read, or never fires.</exception>
    public static CronExpression Parse(string text)
    {
        if (text.Length > LongestText) throw new UpdraftException(TimeErrors.Cron, $"cron '{text[..40]}…' is longer than {LongestText} characters");
        try
        {
            var cron = new CronExpression(text);
            return cron.CanFire()
                ? cron
                : throw new UpdraftException(TimeErrors.NeverFires, $"cron '{text}' never fires: no month it names has such a day");
        }
        catch (FormatException e)
        {
            throw new UpdraftException(TimeErrors.Cron, $"cron '{text}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The first match at or after a local date-time; null when there is none up to the year 9998.</summary>
    public LocalDateTime? NextOrSame(LocalDateTime from)
    {
        var time = NextTime(from.TimeOfDay.NanosecondOfDay);
        if (time >= 0 && IsDay(from.Date)) return At(from.Date, time);
        return NextDay(from.Date) is { } day ? At(day, NextTime(0)) : null;
    }

    /// <summary>The last match at or before a local date-time; null when there is none from the year 1.</summary>
    public LocalDateTime? PreviousOrSame(LocalDateTime from)
    {
        var time = PreviousTime((int)(from.TimeOfDay.NanosecondOfDay / NodaConstants.NanosecondsPerSecond));
        if (time >= 0 && IsDay(from.Date)) return At(from.Date, time);
        return PreviousDay(from.Date) is { } day ? At(day, PreviousTime(NodaConstants.SecondsPerDay - 1)) : null;
    }

    private static string Expand(string text) => text.Trim() switch
    {
        "" => throw new FormatException("it is empty"),
        ['@', ..] and var name => name.ToUpperInvariant() switch
        {
            "@YEARLY" or "@ANNUALLY" => "0 0 1 1 *",
            "@MONTHLY" => "0 0 1 * *",
            "@WEEKLY" => "0 0 * * 0",
            "@DAILY" or "@MIDNIGHT" => "0 0 * * *",
            "@HOURLY" => "0 * * * *",
            _ => throw new FormatException("the names are @yearly, @monthly, @weekly, @daily, @midnight and @hourly"),
        },
        var fields => fields,
    };

    private static LocalDateTime At(LocalDate date, int secondOfDay) => date + LocalTime.FromSecondsSinceMidnight(secondOfDay);

    private bool CanFire()
    {
        // Weekdays occur in every month; and with a free day field, so does some day.
        if (!_weekdays.BeginsWithStar && !_days.BeginsWithStar) return true;
        for (var month = _months.First; month > 0; month = _months.NextOrSame(month + 1))
        {
            if (_days.First <= DateTime.DaysInMonth(2000, month)) return true;
        }
        return false;
    }

    // Tradition: when both day fields are restricted, a day that fits either matches.
    private bool IsDay(LocalDate date)
    {
        if (!_months.Has(date.Month)) return false;
        var (day, weekday) = (_days.Has(date.Day), _weekdays.Has((int)date.DayOfWeek % 7));
        return _days.BeginsWithStar || _weekdays.BeginsWithStar ? day && weekday : day || weekday;
    }

    private LocalDate? NextDay(LocalDate after)
    {
        for (var day = after; day.Year <= LastYear;)
        {
            if (day.Day < day.Calendar.GetDaysInMonth(day.Year, day.Month)) day = day.PlusDays(1);
            else if (NextMonth(day.Year, day.Month) is { } month) day = month;
            else return null;
            if (!_months.Has(day.Month)) day = day.With(DateAdjusters.EndOfMonth);
            else if (IsDay(day)) return day;
        }
        return null;
    }

    private LocalDate? NextMonth(int year, int month)
    {
        var next = _months.NextOrSame(month + 1);
        if (next > 0) return new LocalDate(year, next, 1);
        return year < LastYear ? new LocalDate(year + 1, _months.First, 1) : null;
    }

    private LocalDate? PreviousDay(LocalDate before)
    {
        for (var day = before; day.Year >= 1;)
        {
            if (day.Day > 1) day = day.PlusDays(-1);
            else if (PreviousMonth(day.Year, day.Month) is { } month) day = month;
            else return null;
            if (!_months.Has(day.Month)) day = day.With(DateAdjusters.StartOfMonth);
            else if (IsDay(day)) return day;
        }
        return null;
    }

    private LocalDate? PreviousMonth(int year, int month)
    {
        var previous = _months.PreviousOrSame(month - 1);
        if (previous > 0) return new LocalDate(year, previous, 1).With(DateAdjusters.EndOfMonth);
        return year > 1 ? new LocalDate(year - 1, _months.Last, 1).With(DateAdjusters.EndOfMonth) : null;
    }

    /// <summary>Second of the day of the first match at or after a time of day; -1 when the day has none left.</summary>
    private int NextTime(long nanosecondOfDay)
    {
        var from = (int)((nanosecondOfDay + NodaConstants.NanosecondsPerSecond - 1) / NodaConstants.NanosecondsPerSecond);
        var (hour, minute, second) = (from / 3600, from / 60 % 60, from % 60);
        if (_hours.NextOrSame(hour) == hour)
        {
            if (_minutes.Has(minute) && _seconds.NextOrSame(second) is var s and >= 0) return Time(hour, minute, s);
            if (_minutes.NextOrSame(minute + 1) is var m and >= 0) return Time(hour, m, _seconds.First);
        }
        return _hours.NextOrSame(hour + 1) is var h and >= 0 ? Time(h, _minutes.First, _seconds.First) : -1;
    }

    private int PreviousTime(int from)
    {
        var (hour, minute, second) = (from / 3600, from / 60 % 60, from % 60);
        if (_hours.Has(hour))
        {
            if (_minutes.Has(minute) && _seconds.PreviousOrSame(second) is var s and >= 0) return Time(hour, minute, s);
            if (_minutes.PreviousOrSame(minute - 1) is var m and >= 0) return Time(hour, m, _seconds.Last);
        }
        return _hours.PreviousOrSame(hour - 1) is var h and >= 0 ? Time(h, _minutes.Last, _seconds.Last) : -1;
    }

    private static int Time(int hour, int minute, int second) => (hour * 3600) + (minute * 60) + second;
}
