using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Span = System.Diagnostics.Activity;
using SpanContext = System.Diagnostics.ActivityContext;

namespace Updraft.Orchestration;

/// <summary>
/// One trace for each run: a span for its trigger, one for each attempt and one for the whole run, each made when the end of what it is about is
/// recorded. Nothing is kept meanwhile, and a replay makes none.
/// </summary>
internal static class RunTraces
{
    /// <summary>Name of the source.</summary>
    public const string Name = "Updraft.Runs";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins the trace of a run that is about to be acknowledged; null when nobody listens.</summary>
    public static Span? Triggering(RunRequest request)
    {
        if (!Source.HasListeners()) return null;
        var outer = Span.Current;
        // A trace of its own: whoever triggers many runs would else get one trace of all.
        Span.Current = null;
        var activity = Source.StartActivity(ActivityKind.Consumer, default(SpanContext), Tags(request), LinksOf(request), request.CreatedAt, $"trigger {request.Dag}");
        Span.Current = outer;
        return activity;
    }

    /// <summary>The run is acknowledged, or was there before.</summary>
    public static void Triggered(Span? activity, bool created, DateTimeOffset now)
    {
        if (activity is null) return;
        if (!created) activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        Stop(activity, now);
    }

    /// <summary>The end of a run is stored.</summary>
    public static void Ended(RunRequest request, RunBody body)
    {
        if (!Source.HasListeners() || body.EndedAt is not { } ended) return;
        var from = body.Opened > 0 ? body.StartedAt ?? request.CreatedAt.UtcDateTime : request.CreatedAt.UtcDateTime;
        var activity = Start($"run {request.Dag}", request, Utc(from));
        if (activity is null) return;
        activity.SetTag("updraft.state", RunLabels.Of(body.Status));
        if (body.Status is not RunStatus.Success) activity.SetStatus(ActivityStatusCode.Error, body.Reason);
        Stop(activity, Utc(ended));
    }

    /// <summary>An attempt has ended.</summary>
    public static void Ended(RunRequest run, AttemptRequest attempt, AttemptResult result, DateTimeOffset now)
    {
        if (!Source.HasListeners()) return;
        var ended = result.EndedAt ?? now;
        var activity = Start(attempt.TaskId, run, result.StartedAt ?? ended);
        if (activity is null) return;
        activity.SetTag("updraft.task", attempt.TaskId).SetTag("updraft.try", attempt.Try).SetTag("updraft.outcome", AttemptMetrics.LabelOf(result.Outcome));
        if (attempt.Place.Length > 0) activity.SetTag("updraft.keys", string.Join('/', attempt.Place.Select(place => place.Key)));
        if (result.Code is { } code) activity.SetTag("updraft.code", code);
        if (result.Outcome is not (AttemptOutcome.Success or AttemptOutcome.Skipped)) activity.SetStatus(ActivityStatusCode.Error, result.Reason);
        Stop(activity, ended);
    }

    private static Span? Start(string name, RunRequest run, DateTimeOffset from)
    {
        var outer = Span.Current;
        var activity = Source.StartActivity(ActivityKind.Internal, ParentOf(run), Tags(run), LinksOf(run), from, name);
        Span.Current = outer;
        return activity;
    }

    private static void Stop(Span activity, DateTimeOffset at)
    {
        var outer = Span.Current;
        activity.SetEndTime(at.UtcDateTime > activity.StartTimeUtc ? at.UtcDateTime : activity.StartTimeUtc);
        activity.Stop();
        Span.Current = outer;
    }

    /// <summary>The span of the trigger; where nobody listened then, ids made from the run's, so that its spans are one trace all the same.</summary>
    private static SpanContext ParentOf(RunRequest run)
    {
        if (run.Trace is { } trace && SpanContext.TryParse(trace, null, isRemote: true, out var known)) return known;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(run.RunId));
        return new(ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)), ActivityTraceFlags.Recorded, isRemote: true);
    }

    private static ActivityLink[] LinksOf(RunRequest run) =>
        run.TriggeredIn is { } trigger && SpanContext.TryParse(trigger, null, isRemote: true, out var context) ? [new ActivityLink(context)] : [];

    private static KeyValuePair<string, object?>[] Tags(RunRequest run) => [new("updraft.dag", run.Dag), new("updraft.run", run.RunId)];

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
