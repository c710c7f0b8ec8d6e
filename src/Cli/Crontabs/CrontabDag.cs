using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>A job of a crontab as a DAG of one task, which does what cron did.</summary>
/// <param name="Job">The job.</param>
/// <param name="Name">The DAG's name, made from the command, so that the same job has it again.</param>
/// <param name="Yaml">The DAG.</param>
internal sealed record CrontabDag(CrontabJob Job, string Name, string Yaml)
{
    private const int LongestWords = 40;

    /// <summary>Variables that say when and not how, or that only cron reads.</summary>
    private static readonly ImmutableArray<string> NotOfTheCommand = ["CRON_TZ", "MAILTO", "MAILFROM", "CONTENT_TYPE", "CONTENT_TRANSFER_ENCODING", "RANDOM_DELAY", "START_HOURS_RANGE"];

    /// <summary>The DAGs of a crontab.</summary>
    /// <param name="jobs">Its jobs.</param>
    /// <param name="timeZone">The time zone of lines that say none.</param>
    public static IEnumerable<CrontabDag> Of(IEnumerable<CrontabJob> jobs, string timeZone)
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            var name = NameOf(job);
            var number = taken[name] = taken.GetValueOrDefault(name) + 1;
            if (number > 1) name += string.Create(CultureInfo.InvariantCulture, $"-{number}");
            yield return new CrontabDag(job, name, YamlOf(job, name, ZoneOf(job) ?? timeZone));
        }
    }

    /// <summary>The DAG, which is read from its YAML, so that what is shown is what is published.</summary>
    /// <exception cref="UpdraftException">It cannot be read, or would do something else than the job.</exception>
    public DagSpec Read()
    {
        var read = DagYaml.Read(Yaml);
        if (!read.Problems.IsEmpty) throw Problems.ToException(read.Problems);
        var dag = read.Dags.Single().Dag;
        return dag.Tasks[0].With.GetProperty("script").GetString() == ScriptOf(Job) ? dag : throw new UpdraftException(CliErrors.Crontab, "the command would be changed on its way");
    }

    private static string? ZoneOf(CrontabJob job) => job.Environment.GetValueOrDefault("CRON_TZ") ?? job.Environment.GetValueOrDefault("TZ");

    private static string NameOf(CrontabJob job)
    {
        var words = new StringBuilder();
        foreach (var c in Path.GetFileName(job.Command.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries)[0]) + " " + string.Join(' ', job.Command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.Split('/')[^1])))
        {
            if (words.Length >= LongestWords) break;
            if (char.IsAsciiLetterOrDigit(c)) words.Append(char.ToLowerInvariant(c));
            else if (words.Length > 0 && words[^1] != '-') words.Append('-');
        }
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{job.User}\n{job.Command}\n{string.Join('\n', job.Input)}")))[..6];
        return $"cron-{words.ToString().Trim('-')}-{hash}".Replace("--", "-", StringComparison.Ordinal);
    }

    private static string YamlOf(CrontabJob job, string name, string timeZone)
    {
        var yaml = new StringBuilder();
        yaml.Append("name: ").AppendLine(name);
        yaml.Append("description: ").AppendLine(Quoted($"Line {job.Line.ToString(CultureInfo.InvariantCulture)} of a crontab{(job.User is null ? "" : $", where it ran as {job.User}")}."));
        yaml.AppendLine("schedule:");
        yaml.Append("  cron: ").AppendLine(Quoted(job.Schedule));
        if (timeZone != ScheduleSpec.DefaultTimeZone) yaml.Append("  time_zone: ").AppendLine(Quoted(timeZone));
        yaml.AppendLine("tasks:");
        yaml.AppendLine("  command:");
        yaml.Append("    shell: { script: ").Append(Quoted(ScriptOf(job))).AppendLine(" }");
        return yaml.ToString();
    }

    /// <summary>What cron does: the variables, the home folder, and the shell that is given the command.</summary>
    private static string ScriptOf(CrontabJob job)
    {
        var script = new StringBuilder();
        foreach (var (name, value) in job.Environment.Where(variable => !NotOfTheCommand.Contains(variable.Key))) script.Append("export ").Append(name).Append('=').Append(ShellQuoted(value)).Append('\n');
        script.Append("cd \"${HOME:-/}\" || exit 1\n");
        var shell = $"{ShellQuoted(job.Environment.GetValueOrDefault("SHELL", "/bin/sh"))} -c {ShellQuoted(job.Command)}\n";
        if (job.Input.IsEmpty) script.Append("exec ").Append(shell);
        else script.Append("printf '%s\\n' ").AppendJoin(' ', job.Input.Select(ShellQuoted)).Append(" | ").Append(shell);
        return script.ToString();
    }

    private static string ShellQuoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // A text of JSON is one of YAML.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Orchestration.OrchestrationJson.Options);
}
