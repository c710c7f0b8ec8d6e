using System.CommandLine;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft publish</c>.</summary>
internal static class PublishPath
{
    public static Command Of(Session session)
    {
        var path = Session.PathArgument();
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Only this DAG of the path." };
        var team = Session.TeamOption();
        var experiment = new Option<string?>("--experiment") { HelpName = "NAME", Description = "Publish beside the DAG, as DAG@NAME, without its schedule." };
        var command = new Command("publish", "Makes the DAGs of a path the current versions that schedules, triggers and events run.") { path, dag, team, experiment, session.Data, session.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = session.FolderOf(parsed);
            var loaded = await new DagLoader(folder, session.Terminal.Error.WriteLine).LoadAsync(DagPath.Of(parsed.GetValue(path)!), cancellation);
            var package = await loaded.PackageAsync(folder, session.Terminal.Error.WriteLine, cancellation);
            var dags = parsed.GetValue(dag) is { } name ? [loaded.Choose(name)] : loaded.Dags;
            await using var owner = await Owner.FindAsync(folder, session.Terminal.Clock, create: true, cancellation);
            var answers = new List<PublishAnswer>();
            foreach (var each in dags) answers.Add(await owner.AskAsync(DagOperations.Publish, Request(loaded, each, package, new Caller(Session.User, parsed.GetValue(team)), parsed.GetValue(experiment)), cancellation));
            foreach (var warning in answers.SelectMany(answer => answer.Warnings)) session.Terminal.Error.WriteLine($"Warning: {Printable.Of(warning)}");
            return session.Print(parsed, answers, answers.Select(Line));
        });
        return command;
    }

    /// <summary>What is asked to publish a DAG of a path.</summary>
    public static PublishRequest Request(LoadedDags loaded, DagSpec dag, string? package, Caller by, string? experiment = null) => new()
    {
        Spec = JsonDocument.Parse(DagJson.Serialize(dag)).RootElement,
        Operators = loaded.Operators,
        Package = package,
        By = by,
        Experiment = experiment,
    };

    public static string Line(PublishAnswer answer) => $"{answer.Name} version {answer.Number} ({answer.Hash[..12]}) is {(answer.Changed ? "published" : "published already")}.";
}
