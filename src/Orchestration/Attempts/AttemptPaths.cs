using System.Globalization;

namespace Updraft.Orchestration;

/// <summary>
/// Blobs of an attempt. They lie under their run, and an instance is named by its slots, which no rerun changes, so that a key of any length
/// makes a path.
/// </summary>
public static class AttemptPaths
{
    private const string ArtifactEnd = ".artifact/";

    /// <summary>Prefix of all logs of a run.</summary>
    public static string Logs(string runId) => DocumentPath.Of("logs", runId);

    /// <summary>Prefix of all outputs of a run.</summary>
    public static string Outputs(string runId) => DocumentPath.Of("outputs", runId);

    /// <summary>Prefix of all files of a run.</summary>
    public static string Files(string runId) => DocumentPath.Of("files", runId);

    /// <summary>The log of a try.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="taskId">Full id of the task.</param>
    /// <param name="slots">Slots of the instance, outermost region first; empty for a plain task.</param>
    /// <param name="tryNumber">The try, from 1.</param>
    public static string Log(string runId, string taskId, IEnumerable<int> slots, int tryNumber) =>
        string.Create(CultureInfo.InvariantCulture, $"{DocumentPath.Of("logs", runId, taskId, Instance(slots))}{tryNumber}.log/");

    /// <summary>The log of a request's try.</summary>
    public static string Log(AttemptRequest request) => Log(request.RunId, request.TaskId, request.Place.Select(place => place.Slot), request.Try);

    /// <summary>
    /// An output too large to be kept inline. Its checksum is in its name, so that a late worker never overwrites what another committed.
    /// </summary>
    public static string Output(AttemptRequest request, string sha256)
    {
        var folder = DocumentPath.Of("outputs", request.RunId, request.TaskId, Instance(request.Place.Select(place => place.Slot)));
        return string.Create(CultureInfo.InvariantCulture, $"{folder}{request.Try}-{sha256[..16]}.json/");
    }

    /// <summary>A file or folder that a try hands over.</summary>
    /// <param name="request">The try.</param>
    /// <param name="name">Name of the artifact, <c>[A-Za-z0-9_.-]{1,64}</c>.</param>
    /// <param name="mark">Tells executions of the same try apart.</param>
    public static string Artifact(AttemptRequest request, string name, string mark)
    {
        var folder = DocumentPath.Of("outputs", request.RunId, request.TaskId, Instance(request.Place.Select(place => place.Slot)));
        return string.Create(CultureInfo.InvariantCulture, $"{folder}{request.Try}-{mark}-{name}{ArtifactEnd}");
    }

    /// <summary>Whether a path is that of an artifact, of whatever run.</summary>
    public static bool IsArtifact(string path) => path.StartsWith("outputs/", StringComparison.Ordinal) && path.EndsWith(ArtifactEnd, StringComparison.Ordinal) && path.Count(c => c == '/') == 5 && !path.Contains("/../", StringComparison.Ordinal);

    private static string Instance(IEnumerable<int> slots)
    {
        var name = string.Join('-', slots.Select(slot => slot.ToString(CultureInfo.InvariantCulture)));
        return name.Length == 0 ? "task" : name;
    }
}
