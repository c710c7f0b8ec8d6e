namespace Updraft.Dags.Tests;

/// <summary>A cron expression made at random, with a matcher that shares nothing with the one under test.</summary>
internal sealed class RandomCron
{
    private readonly Field[] _fields;

    private RandomCron(bool seconds, Field[] fields)
    {
        _fields = fields;
        Text = string.Join(' ', fields.Skip(seconds ? 0 : 1).Select(field => field.Text));
    }

    private sealed record Field(string Text, Func<int, bool> Has);

    public string Text { get; }

    public bool IsEveryHour => _fields[2].Text == "*";

    /// <summary>Makes an expression that fires near <paramref name="local"/>: its hours lie around it, and so do its days.</summary>
    public static RandomCron Near(DateTime local, bool seconds, bool everyHour, Random random) => new(seconds,
    [
        seconds ? Any(random, 60, random.Next(60)) : One(0),
        Any(random, 60, local.Minute),
        everyHour ? Star : NotStar(random, 24, local.Hour),
        random.Next(3) > 0 ? Star : Range(Math.Max(1, local.Day - 1), local.Day),
        random.Next(4) > 0 ? Star : One(local.Month),
        random.Next(3) > 0 ? Star : One((int)local.DayOfWeek),
    ]);

    /// <summary>Whether a local time matches.</summary>
    public bool Matches(DateTime local)
    {
        var (day, weekday) = (_fields[3].Has(local.Day), _fields[5].Has((int)local.DayOfWeek));
        var date = _fields[3] == Star || _fields[5] == Star ? day && weekday : day || weekday;
        return date && _fields[4].Has(local.Month) && _fields[2].Has(local.Hour) && _fields[1].Has(local.Minute) && _fields[0].Has(local.Second);
    }

    private static readonly Field Star = new("*", _ => true);

    private static Field Any(Random random, int size, int near) => random.Next(4) == 0 ? Star : NotStar(random, size, near);

    private static Field NotStar(Random random, int size, int near)
    {
        var other = random.Next(size);
        var step = random.Next(1, 5);
        return random.Next(5) switch
        {
            0 => One(near),
            1 => new($"*/{step}", value => value % step == 0),
            2 => Range(Math.Max(0, near - step), Math.Min(size - 1, near + step)),
            3 => new($"{near},{other}", value => value == near || value == other),
            _ => new($"{near}-{size - 1}/{step}", value => value >= near && (value - near) % step == 0),
        };
    }

    private static Field One(int only) => new($"{only}", value => value == only);

    private static Field Range(int from, int to) => new($"{from}-{to}", value => value >= from && value <= to);
}
