using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Reads crontabs in cron's own form: those of users, and those of the system, which name a user before each command.</summary>
internal static partial class CrontabReader
{
    private const int LongestLine = 10_000;

    private static readonly ImmutableArray<string> Names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    /// <summary>Reads a crontab.</summary>
    /// <param name="text">The file.</param>
    /// <param name="system">Whether a user stands before each command; null to see it by the lines.</param>
    /// <param name="isUser">Whether there is a user of a name, where that is to be seen.</param>
    public static Crontab Read(string text, bool? system, Func<string, bool> isUser)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var jobs = ImmutableArray.CreateBuilder<CrontabJob>();
        var refused = ImmutableArray.CreateBuilder<CrontabRefusal>();
        var environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        var withUser = system ?? IsSystem(lines, isUser);
        foreach (var (index, line) in lines.Index())
        {
            var (number, trimmed) = (index + 1, line.TrimStart());
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;
            if (Variable().Match(line) is { Success: true } variable)
            {
                environment = environment.SetItem(Unquoted(variable.Groups["name"].Value), Unquoted(variable.Groups["value"].Value.Trim()));
                continue;
            }
            try
            {
                jobs.Add(JobOf(number, trimmed, withUser, environment));
            }
            catch (FormatException e)
            {
                refused.Add(new CrontabRefusal(number, e.Message));
            }
        }
        return new Crontab(jobs.ToImmutable(), refused.ToImmutable());
    }

    /// <summary>Every command of a system's crontab comes after a user; one whose commands all begin with names of users is taken for one.</summary>
    private static bool IsSystem(IEnumerable<string> lines, Func<string, bool> isUser)
    {
        var jobs = lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#' && !Variable().IsMatch(line)).Select(line => Job().Match(line)).Where(job => job.Success).ToList();
        return jobs.Count > 0 && jobs.All(job => job.Groups["rest"].Value.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is [var user, _] && isUser(user));
    }

    private static CrontabJob JobOf(int number, string line, bool withUser, ImmutableSortedDictionary<string, string> environment)
    {
        if (line.Length > LongestLine) throw new FormatException($"it is longer than {LongestLine} characters");
        if (line.Contains('\0', StringComparison.Ordinal)) throw new FormatException("it holds a null character");
        if (line[0] == '-') line = line[1..].TrimStart();
        if (Job().Match(line) is not { Success: true } job) throw new FormatException("it is no job: five fields and a command are expected, or a name as in @daily and a command");
        var (schedule, rest, user) = (string.Join(' ', job.Groups["schedule"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), job.Groups["rest"].Value, (string?)null);
        if (schedule.StartsWith('@') && !Names.Contains(schedule.ToLowerInvariant())) throw new FormatException(schedule.Equals("@reboot", StringComparison.OrdinalIgnoreCase) ? "@reboot has no time: nothing here starts with a machine; a service manager does that" : $"'{schedule}' is none of {string.Join(", ", Names)}");
        if (withUser)
        {
            if (rest.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is not [var name, var command]) throw new FormatException("it has no command after the user: is this a user's own crontab? then say --user-format");
            (user, rest) = (name, command);
        }
        CheckSchedule(schedule);
        var (shell, input) = Percent(rest.Trim());
        return shell.Length == 0 ? throw new FormatException("it has no command") : new CrontabJob { Line = number, Schedule = schedule, User = user, Command = shell, Input = input, Environment = environment };
    }

    private static void CheckSchedule(string schedule)
    {
        try
        {
            Schedule.Create(new ScheduleSpec { Cron = schedule });
        }
        catch (UpdraftException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The first bare <c>%</c> ends the command, and the others begin new lines of its input; one after a backslash is itself.</summary>
    private static (string Command, ImmutableArray<string> Input) Percent(string text)
    {
        var parts = new List<StringBuilder> { new() };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '%') parts[^1].Append(text[++i]);
            else if (text[i] == '%') parts.Add(new StringBuilder());
            else parts[^1].Append(text[i]);
        }
        return (parts[0].ToString().Trim(), [.. parts.Skip(1).Select(part => part.ToString())]);
    }

    private static string Unquoted(string text) => text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;

    [GeneratedRegex("""^\s*(?<name>"[A-Za-z_][A-Za-z0-9_]*"|'[A-Za-z_][A-Za-z0-9_]*'|[A-Za-z_][A-Za-z0-9_]*)\s*=(?<value>.*)$""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<schedule>@\S+|(\S+\s+){4}\S+)\s+(?<rest>\S.*)$")]
    private static partial Regex Job();
}
