using System.CommandLine;
using Updraft.Api;

namespace Updraft.Cli;

/// <summary><c>updraft files</c> and <c>updraft output</c>.</summary>
internal static class FileCommands
{
    public static Command Of(Session session) => new("files", "Files that the tasks of a run left.") { List(session), Get(session) };

    /// <summary>Prints what a task handed over.</summary>
    public static Command Output(Session session)
    {
        var run = session.RunArgument();
        var task = new Argument<string>("TASK[KEY]") { Description = "A task, or one mapped instance as in fit[SEA]." };
        var command = session.Asking("output", "Prints what a task handed over, as JSON.", run, task);
        command.Options.Remove(session.Json);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = InstanceName.Parse(parsed.GetValue(task)!);
            await using var api = session.Connect(parsed);
            ApiPath path = $"runs/{parsed.GetValue(run)!}/outputs/{name.TaskId}";
            session.Terminal.Out.WriteLine(Printable.OfLog(await api.GetTextAsync(path.With("keys", name.Keys), cancellation)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command List(Session session)
    {
        var run = session.RunArgument();
        var command = session.Asking("list", "Lists the files of a run.", run);
        command.SetAction(async (parsed, cancellation) =>
        {
            var files = await session.AskAsync(parsed, api => api.ListAsync<RunFile>(() => $"runs/{parsed.GetValue(run)!}/files", 10_000, cancellation));
            return session.Print(parsed, files, files.Count == 0 ? ["The run left no files."] : Columns.Of([.. files.Select(file => (string[])[Printable.Of(file.Name), Sizes.Format(file.Bytes)])]));
        });
        return command;
    }

    private static Command Get(Session session)
    {
        var run = session.RunArgument();
        var name = new Argument<string>("FILE") { Description = "The file's name in 'updraft files list'." };
        var to = new Option<string?>("--to") { HelpName = "PATH", Description = "Where it is put. Default: standard output." };
        var command = session.Asking("get", "Fetches a file of a run.", run, name, to);
        command.Options.Remove(session.Json);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            using var response = await api.SendAsync(HttpMethod.Get, $"runs/{parsed.GetValue(run)!}/files/{parsed.GetValue(name)!:path}", null, cancellation);
            await using var content = await response.Content.ReadAsStreamAsync(cancellation);
            await using var target = parsed.GetValue(to) is { } path ? File.Create(path) : Console.OpenStandardOutput();
            await content.CopyToAsync(target, cancellation);
            return ExitCodes.Success;
        });
        return command;
    }
}
