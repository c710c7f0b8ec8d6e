using System.Collections.Immutable;
using System.CommandLine;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft note</c>.</summary>
internal static class NoteRun
{
    public static Command Of(Session session)
    {
        var run = session.RunArgument();
        var given = new RunGivenOptions();
        var command = session.Asking("note", "Changes the note and the labels of a run.", run, given.Note, given.Label);
        command.SetAction(async (parsed, cancellation) =>
        {
            var labels = RunArguments.Labels(parsed.GetValue(given.Label)!).ToImmutableSortedDictionary(label => label.Key, label => label.Value.Length == 0 ? null : label.Value, StringComparer.Ordinal);
            var change = new ChangeNote { Note = parsed.GetValue(given.Note), Labels = labels };
            var note = await session.AskAsync(parsed, api => api.PatchAsync<RunNote>($"runs/{parsed.GetValue(run)!}/note", change, cancellation));
            return session.Print(parsed, note, [Printable.OfLog(note.Note ?? "(no note)"), .. note.Labels.Select(label => Printable.Of($"  {label.Key}={label.Value}"))]);
        });
        return command;
    }
}
