using System.Text;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// The name that a job bears at its backend: for people it says which task it is, and by its end it is the attempt's and nobody else's, so that
/// a submission that is repeated finds it.
/// </summary>
internal static class RemoteName
{
    private const int MaxReadable = 80;

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>; at most 113 characters.</summary>
    public static string Of(TaskContext context)
    {
        var readable = new StringBuilder("updraft-");
        foreach (var c in $"{context.Run.Dag}-{context.TaskId}".Take(MaxReadable)) readable.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-');
        return readable.Append('-').Append(JobPaths.NameOf(context.AttemptId)).ToString();
    }
}
