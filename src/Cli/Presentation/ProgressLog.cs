using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// How far a run is, as lines that are never redrawn: each plain task as it ends, each failure, and for mapped instances, of which there may
/// be thousands, how many stand how.
/// </summary>
internal sealed class ProgressLog
{
    private readonly Dictionary<string, (TaskState State, int Try)> _told = new(StringComparer.Ordinal);
    private string _counts = "";
    private RunStatus? _status;

    /// <summary>What is new since the last picture.</summary>
    public IReadOnlyList<string> Next(RunPicture run, DateTimeOffset now)
    {
        var lines = new List<string>();
        var at = $"{Elapsed.Format(run.ElapsedAt(now)),6}  ";
        if (_status != run.Status && !run.IsFinal) lines.Add($"{at}run {Printable.Of(run.RunId)} is {StateNames.Of(run.Status)}");
        _status = run.Status;
        foreach (var instance in run.Instances)
        {
            var stands = (instance.State, instance.Try);
            if (_told.TryGetValue(instance.Name, out var before) && before == stands) continue;
            _told[instance.Name] = stands;
            if (IsWorthALine(instance)) lines.Add(at + Line(instance));
        }
        var counts = ProgressText.Counts(run);
        if (counts != _counts && run.Instances.Any(instance => instance.Keys.Length > 0)) lines.Add($"{at}{counts}");
        _counts = counts;
        return lines;
    }

    private static bool IsWorthALine(InstancePicture instance) =>
        instance.State is TaskState.Failed or TaskState.UpForRetry || (instance.Keys.IsEmpty && instance.State is not (TaskState.None or TaskState.Scheduled));

    private static string Line(InstancePicture instance)
    {
        var took = instance.State.IsFinal() && instance.Duration is { } duration ? $" in {Elapsed.Format(duration)}" : "";
        var reason = instance.Reason is { } text ? $": {Printable.Of(text)}" : "";
        return $"{StateNames.Of(instance.State)}  {instance.Name}{took}{reason}";
    }
}
