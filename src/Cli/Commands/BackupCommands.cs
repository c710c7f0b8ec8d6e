using System.CommandLine;
using Updraft.Api;
using Updraft.Embedded;

namespace Updraft.Cli;

/// <summary><c>updraft backup</c> and <c>updraft restore</c>.</summary>
internal static class BackupCommands
{
    public static Command Backup(Session session)
    {
        var to = new Argument<string>("DIR") { Description = "A folder for the backup, which must be empty or not there yet." };
        var command = session.Asking("backup", "Copies the data folder as it stands at one instant, also while it is served.", to);
        command.SetAction(async (parsed, cancellation) =>
        {
            var target = Path.GetFullPath(parsed.GetValue(to)!);
            var made = await session.AskAsync(parsed, api => api.PostAsync<BackupMade>($"backup", new BackupRequest(target), cancellation));
            return session.Print(parsed, made, FormattableString.Invariant($"Backup of {ShowDag.Time(made.At)} in {target}: {made.Files} files, {Sizes.Format(made.Bytes)}."));
        });
        return command;
    }

    public static Command Restore(Session session)
    {
        var from = new Argument<string>("DIR") { Description = "A backup." };
        var command = session.Asking("restore", "Makes a data folder from a backup; it must be empty or not there yet.", from);
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = session.FolderOf(parsed);
            var manifest = await EmbeddedBackup.RestoreAsync(parsed.GetValue(from)!, folder, cancellation);
            return session.Print(parsed, new BackupMade(manifest.At, manifest.Files.Length, manifest.Files.Sum(file => file.Bytes)), $"{folder} is as it was at {ShowDag.Time(manifest.At)}. Runs that were under way go on with 'updraft serve'.");
        });
        return command;
    }
}
