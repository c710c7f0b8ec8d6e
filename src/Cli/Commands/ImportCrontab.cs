using System.CommandLine;
using System.Text.Json;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft import-crontab</c>.</summary>
internal static class ImportCrontab
{
    private const long LargestFile = 1 << 20;

    public static Command Of(Session session)
    {
        var file = new Argument<string>("FILE") { Description = "The crontab, or - for standard input, as in crontab -l | updraft import-crontab -." };
        var system = new Option<bool>("--system") { Description = "A user stands before each command, as in /etc/crontab. Default: seen by the lines." };
        var own = new Option<bool>("--user-format") { Description = "No user stands before the commands, as in crontab -l." };
        var zone = new Option<string?>("--time-zone") { HelpName = "NAME", Description = "The time zone of lines without CRON_TZ or TZ. Default: this machine's." };
        var skip = new Option<bool>("--skip-invalid") { Description = "Publish the other lines where some cannot be imported." };
        var dry = new Option<bool>("--dry-run") { Description = "Only show the DAGs, as YAML." };
        var team = Session.TeamOption();
        var command = session.Asking("import-crontab", "Makes a paused DAG of each job of a crontab.", file, system, own, zone, skip, dry, team);
        command.SetAction(async (parsed, cancellation) =>
        {
            bool? format = parsed.GetValue(system) ? true : parsed.GetValue(own) ? false : null;
            var crontab = CrontabReader.Read(await TextAsync(session, parsed.GetValue(file)!, cancellation), format, IsUser);
            var dags = CrontabDag.Of(crontab.Jobs, parsed.GetValue(zone) ?? TimeZoneInfo.Local.Id).ToList();
            var specs = new List<(CrontabDag Dag, DagSpec Spec)>();
            var refused = crontab.Refused.ToList();
            foreach (var dag in dags) Check(dag, specs, refused);
            foreach (var line in refused.OrderBy(line => line.Line)) session.Terminal.Error.WriteLine(FormattableString.Invariant($"line {line.Line}: {Printable.Of(line.Reason)}"));
            foreach (var (dag, _) in specs.Where(each => each.Dag.Job.User is not null)) session.Terminal.Error.WriteLine(FormattableString.Invariant($"line {dag.Job.Line}: cron ran it as {Printable.Of(dag.Job.User!)}; here it runs as the user of the server"));
            if (refused.Count > 0 && !parsed.GetValue(skip) && !parsed.GetValue(dry)) throw new UpdraftException(CliErrors.Crontab, FormattableString.Invariant($"{refused.Count} {(refused.Count == 1 ? "line" : "lines")} cannot be imported, so nothing was published: mend them, or leave them out with --skip-invalid"));
            if (parsed.GetValue(dry))
            {
                session.Print(parsed, specs.Select(each => new ImportedJob(each.Dag.Job.Line, each.Dag.Name, each.Spec.Schedule!.Cron!, null)), [string.Join("---\n", specs.Select(each => each.Dag.Yaml)).TrimEnd()]);
                return refused.Count > 0 ? ExitCodes.InvalidInput : ExitCodes.Success;
            }
            await using var api = session.Connect(parsed, create: true);
            var imported = new List<ImportedJob>();
            foreach (var (dag, spec) in specs) imported.Add(await PublishAsync(api, dag, spec, parsed.GetValue(team), cancellation));
            return session.Print(parsed, imported, imported.Count == 0 ? ["The crontab holds no job."] : imported.Select(job => FormattableString.Invariant($"line {job.Line}: {job.Dag} ({job.Schedule}) {(job.Paused == true ? $"is published, and paused: see 'updraft dags unpause {job.Dag}'" : "is published again")}")));
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(system) && result.GetValue(own)) result.AddError("--system and --user-format exclude each other.");
        });
        return command;
    }

    private static void Check(CrontabDag dag, List<(CrontabDag, DagSpec)> specs, List<CrontabRefusal> refused)
    {
        try
        {
            var spec = dag.Read();
            var problems = DagValidator.Validate(spec, BuiltInOperators.Catalog.Manifests, null);
            if (problems.Any()) throw Problems.ToException([.. problems]);
            specs.Add((dag, spec));
        }
        catch (UpdraftException e)
        {
            refused.Add(new CrontabRefusal(dag.Job.Line, e.Message));
        }
    }

    /// <summary>Publishes a job. A new one is paused before it has a schedule, so that it never runs beside cron.</summary>
    private static async Task<ImportedJob> PublishAsync(ApiClient api, CrontabDag dag, DagSpec spec, string? team, CancellationToken cancellation)
    {
        var known = await KnownAsync(api, dag.Name, cancellation);
        if (!known)
        {
            await api.PostAsync<PublishAnswer>($"dags", RequestOf(spec with { Schedule = null }, team), cancellation);
            await api.PostAsync<PublishedDag>($"dags/{dag.Name}/pause", new Api.PauseDag("imported from a crontab: unpause it when cron no longer runs it"), cancellation);
        }
        await api.PostAsync<PublishAnswer>($"dags", RequestOf(spec, team), cancellation);
        return new ImportedJob(dag.Job.Line, dag.Name, spec.Schedule!.Cron!, known ? null : true);
    }

    private static async Task<bool> KnownAsync(ApiClient api, string name, CancellationToken cancellation)
    {
        try
        {
            await api.GetAsync<PublishedDag>($"dags/{name}", cancellation);
            return true;
        }
        catch (UpdraftException e) when (e.Code is CatalogueErrors.NoSuchDag or CliErrors.NoData)
        {
            return false;
        }
    }

    private static PublishRequest RequestOf(DagSpec spec, string? team) => new() { Spec = JsonDocument.Parse(DagJson.Serialize(spec)).RootElement, Operators = BuiltInOperators.Catalog.Manifests, Team = team };

    private static async Task<string> TextAsync(Session session, string file, CancellationToken cancellation)
    {
        if (file == "-") return await session.Terminal.In.ReadToEndAsync(cancellation);
        var length = new FileInfo(file).Length;
        return length <= LargestFile ? await File.ReadAllTextAsync(file, cancellation) : throw new UpdraftException(CliErrors.Crontab, $"{file} has {Sizes.Format(length)}, and may have {Sizes.Format(LargestFile)}");
    }

    private static bool IsUser(string name) => name == "root" || (File.Exists("/etc/passwd") && File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal)));

    /// <summary>A job of a crontab that is a DAG now.</summary>
    /// <param name="Line">Its line.</param>
    /// <param name="Dag">The DAG.</param>
    /// <param name="Schedule">Its cron.</param>
    /// <param name="Paused">True where it was new, and is paused; null where it stays as it was.</param>
    private sealed record ImportedJob(int Line, string Dag, string Schedule, bool? Paused);
}
