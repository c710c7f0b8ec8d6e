using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class CrontabTests
{
    private const string Mine = """
        # m h dom mon dow command
        SHELL = /bin/bash
        GREETING="it's me"
        CRON_TZ=Europe/Paris

        */5 8-18 * * mon-fri /opt/report/daily.sh --to "a b" >> /tmp/report.log 2>&1
        @daily echo {{ not.a.template }} << neither >> 100\%
        0 9 1 * 1 mail -s hello me%Dear me,%bye \% bye
        @reboot /opt/start
        61 * * * * never
        * * * *
        """;

    [Fact]
    public void Read_UsersCrontab_FindsJobsAndWhatIsWrong()
    {
        var crontab = CrontabReader.Read(Mine, null, name => name == "root");

        Assert.Equal([6, 7, 8], crontab.Jobs.Select(job => job.Line));
        Assert.Equal(["*/5 8-18 * * mon-fri", "@daily", "0 9 1 * 1"], crontab.Jobs.Select(job => job.Schedule));
        Assert.Equal("echo {{ not.a.template }} << neither >> 100%", crontab.Jobs[1].Command);
        Assert.Equal(("mail -s hello me", "Dear me,|bye % bye"), (crontab.Jobs[2].Command, string.Join('|', crontab.Jobs[2].Input)));
        Assert.Equal([9, 10, 11], crontab.Refused.Select(line => line.Line));
        Assert.StartsWith("@reboot has no time", crontab.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal("it's me", crontab.Jobs[0].Environment["GREETING"]);
    }

    [Theory]
    [InlineData("0 1 * * * root /sbin/clean --all\n5 2 * * * backup\t/bin/backup\n", null, "root /sbin/clean --all|backup /bin/backup")]
    [InlineData("0 1 * * * root /sbin/clean --all\n0 2 * * * /bin/backup\n", null, " root /sbin/clean --all| /bin/backup")]
    [InlineData("0 1 * * * someone /sbin/clean\n", true, "someone /sbin/clean")]
    [InlineData("0 1 * * * root /sbin/clean\n", false, " root /sbin/clean")]
    public void Read_SystemsCrontab_IsSeenOrSaid(string text, bool? system, string expected)
    {
        var crontab = CrontabReader.Read(text, system, name => name is "root" or "backup");

        Assert.Empty(crontab.Refused);
        Assert.Equal(expected, string.Join('|', crontab.Jobs.Select(job => $"{job.User} {job.Command}")));
    }

    [Fact]
    public void Dag_OfAJob_DoesWhatCronDoes()
    {
        var dags = CrontabDag.Of(CrontabReader.Read(Mine, false, _ => false).Jobs, "UTC").ToList();
        var specs = dags.Select(dag => dag.Read()).ToList();

        Assert.StartsWith("cron-daily-sh-to-a-b", dags[0].Name, StringComparison.Ordinal);
        Assert.All(specs, spec => Assert.Equal("Europe/Paris", spec.Schedule!.TimeZone));
        Assert.Equal("export GREETING='it'\\''s me'\nexport SHELL='/bin/bash'\ncd \"${HOME:-/}\" || exit 1\nexec '/bin/bash' -c 'echo {{ not.a.template }} << neither >> 100%'\n", Script(specs[1]));
        Assert.EndsWith("printf '%s\\n' 'Dear me,' 'bye % bye' | '/bin/bash' -c 'mail -s hello me'\n", Script(specs[2]), StringComparison.Ordinal);
        Assert.All(specs, spec => Assert.Empty(DagValidator.Validate(spec, Operators.BuiltInOperators.Catalog.Manifests)));
    }

    [Fact]
    public void Dag_Names_StayWithTheCommand()
    {
        var before = Names("0 1 * * * /bin/a x\n0 2 * * * /bin/b\n0 3 * * * /bin/a x\n");
        var after = Names("# a line more\n\n30 1 * * * /bin/a x\n0 3 * * * /bin/a x\n0 2 * * * /bin/b\n");

        Assert.Equal([before[0], before[2], before[1]], after);
        Assert.Equal(before[0] + "-2", before[2]);
    }

    // Cron's rule for two restricted day fields, either of which is enough, is also that of schedules.
    [Fact]
    public void Schedule_OfDayAndWeekday_FitsEither()
    {
        var schedule = Schedule.Create(CrontabDag.Of(CrontabReader.Read("0 9 13 * fri x\n", false, _ => false).Jobs, "UTC").Single().Read().Schedule!);

        var first = schedule.NextTick(new DateTimeOffset(2026, 1, 9, 9, 0, 0, TimeSpan.Zero))!.Value;

        Assert.Equal(new DateTimeOffset(2026, 1, 13, 9, 0, 0, TimeSpan.Zero), first);
        Assert.Equal(new DateTimeOffset(2026, 1, 16, 9, 0, 0, TimeSpan.Zero), schedule.NextTick(first));
    }

    private static List<string> Names(string text) => [.. CrontabDag.Of(CrontabReader.Read(text, false, _ => false).Jobs, "UTC").Select(dag => dag.Name)];

    private static string Script(DagSpec dag) => dag.Tasks[0].With.GetProperty("script").GetString()!;
}
