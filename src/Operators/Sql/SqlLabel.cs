using System.Security.Cryptography;
using System.Text;

namespace Updraft.Operators;

/// <summary>How a database shows a session: <c>application_name</c>, in which run and task stand, and a digest that no other attempt has.</summary>
internal static class SqlLabel
{
    // What PostgreSQL keeps of a name.
    private const int Longest = 63;

    public static string Of(TaskContext context) => Of(context.Run.RunId, context.Key is { } key ? $"{context.TaskId}[{key}]" : context.TaskId, context.AttemptId);

    internal static string Of(string run, string task, string attempt)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attempt)))[..8];
        var room = Longest - "updraft   #".Length - digest.Length;
        var (ofTask, ofRun) = (Ascii(task), Ascii(run));
        var half = room / 2;
        ofTask = Clip(ofTask, Math.Max(half, room - ofRun.Length));
        ofRun = Clip(ofRun, room - ofTask.Length);
        return $"updraft {ofTask} {ofRun} #{digest}";
    }

    private static string Ascii(string text) => string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? c : '?'));

    private static string Clip(string text, int length) => text.Length <= length ? text : text[..(length - 2)] + "..";
}
