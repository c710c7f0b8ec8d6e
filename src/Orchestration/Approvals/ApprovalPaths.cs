using System.Collections.Immutable;
using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>
/// Where questions lie: with their run, by instance and try, so that they go with it; and what is open once more, by DAG and run.
/// </summary>
internal static class ApprovalPaths
{
    /// <summary>Under it, an entry for each question that may be open.</summary>
    public const string Open = "approvals/open/";

    private const string QuestionEnd = "question/";

    public static string OfRun(string runId) => RunPaths.Of(runId).Path + "approvals/";

    public static string OfInstance(string runId, string taskId, ImmutableArray<string> keys) => OfRun(runId) + DocumentPath.Of(EventPaths.Instance(runId, taskId, keys));

    /// <summary>The folder of one question.</summary>
    public static string Of(string runId, string taskId, ImmutableArray<string> keys, int tryNumber) =>
        OfInstance(runId, taskId, keys) + DocumentPath.Of(tryNumber.ToString("D6", CultureInfo.InvariantCulture));

    public static string Of(ApprovalQuestion question) => Of(question.RunId, question.TaskId, question.Keys, question.Try);

    public static string Question(string folder) => folder + QuestionEnd;

    public static string Decision(string folder) => folder + "answer/";

    /// <summary>The folder of a question whose document is at a path; null for other documents.</summary>
    public static string? FolderOf(string path) => path.EndsWith("/" + QuestionEnd, StringComparison.Ordinal) ? path[..^QuestionEnd.Length] : null;

    public static string OpenEntry(ApprovalQuestion question) =>
        Open + DocumentPath.Of(question.Dag, question.RunId, $"{EventPaths.Instance(question.RunId, question.TaskId, question.Keys)}-{question.Try.ToString("D6", CultureInfo.InvariantCulture)}");
}

/// <summary>Leads from the index to a question.</summary>
/// <param name="Folder">The question's folder.</param>
internal sealed record OpenApproval(string Folder)
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;
}
