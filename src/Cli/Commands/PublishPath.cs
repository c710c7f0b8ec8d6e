using System.CommandLine;
using System.Text.Json;
using Updraft.Api;
using Updraft.Dags;

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
        var command = session.Asking("publish", "Makes the DAGs of a path the current versions that schedules, triggers and events run.", path, dag, team, experiment);
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = session.FolderOf(parsed);
            var loaded = await new DagLoader(folder, session.Terminal.Error.WriteLine).LoadAsync(DagPath.Of(parsed.GetValue(path)!), cancellation);
            var dags = parsed.GetValue(dag) is { } name ? [loaded.Choose(name)] : loaded.Dags;
            await using var api = session.Connect(parsed, create: true);
            var package = await PackageUpload.SendAsync(api, folder, loaded, session.Terminal.Error.WriteLine, cancellation);
            var answers = new List<PublishAnswer>();
            foreach (var each in dags) answers.Add(await api.PostAsync<PublishAnswer>($"dags", Request(loaded, each, package, parsed.GetValue(team), parsed.GetValue(experiment)), cancellation));
            foreach (var warning in answers.SelectMany(answer => answer.Warnings)) session.Terminal.Error.WriteLine($"Warning: {Printable.Of(warning)}");
            return session.Print(parsed, answers, answers.Select(Line));
        });
        return command;
    }

    private static PublishRequest Request(LoadedDags loaded, DagSpec dag, string? package, string? team, string? experiment) => new()
    {
        Spec = JsonDocument.Parse(DagJson.Serialize(dag)).RootElement,
        Operators = loaded.Operators,
        Package = package,
        Team = team,
        Experiment = experiment,
    };

    private static string Line(PublishAnswer answer) => Line(answer.Name, answer.Number, answer.Hash, answer.Changed);

    /// <summary>That a version is published.</summary>
    public static string Line(string name, int number, string hash, bool changed) => $"{name} version {number} ({hash[..12]}) is {(changed ? "published" : "published already")}.";
}
