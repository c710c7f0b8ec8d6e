using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft datasets</c>.</summary>
internal static class DatasetCommands
{
    public static Command Of(Session session) => new("datasets", "Shows datasets, and reports that one has landed.") { List(session), Show(session), Report(session) };

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists datasets that have landed or that a DAG waits for.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var names = await session.AskAsync(parsed, api => api.ListAsync<string>(() => $"datasets", 10_000, cancellation));
            return session.Print(parsed, names, names.Count == 0 ? ["There are no datasets."] : names.Select(Printable.Of));
        });
        return command;
    }

    private static Command Show(Session session)
    {
        var name = NameArgument();
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var command = session.Asking("show", "Lists when a dataset has landed, newest first, and who made it.", name, limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            var events = await session.AskAsync(parsed, api => api.ListAsync<DatasetEvent>(() => EventsOf(parsed.GetValue(name)!), Math.Max(1, parsed.GetValue(limit)), cancellation));
            return session.Print(parsed, events, events.Count == 0 ? ["It has not landed yet."] : Columns.Of([.. events.Select(Row)]));
        });
        return command;
    }

    private static Command Report(Session session)
    {
        var name = NameArgument();
        var partition = new Option<string?>("--partition") { HelpName = "NAME", Description = "Which part of it has landed. Default: the whole." };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Names the report: the same twice counts once. Default: a new one." };
        var command = session.Asking("report", "Says that a dataset has landed, as where another system made it.", name, partition, id);
        command.SetAction(async (parsed, cancellation) =>
        {
            var report = new DatasetReport(parsed.GetValue(name)!, parsed.GetValue(partition), parsed.GetValue(id));
            var landed = await session.AskAsync(parsed, api => api.PostAsync<DatasetEvent>($"datasets/events", report, cancellation));
            return session.Print(parsed, landed, $"{Printable.Of(landed.Dataset)} has landed.");
        });
        return command;
    }

    private static ApiPath EventsOf(string dataset)
    {
        ApiPath path = $"datasets/events";
        return path.With("dataset", dataset);
    }

    private static Argument<string> NameArgument() => new("DATASET") { Description = "The dataset's name." };

    private static IReadOnlyList<string> Row(DatasetEvent landed) =>
        [ShowDag.Time(landed.At), Printable.Of(landed.Partition ?? ""), Printable.Of(landed.RunId is { } run ? $"{run} {landed.TaskId}" : landed.By ?? "")];
}
