using System.Collections.Concurrent;
using System.Diagnostics;
using Activity = System.Diagnostics.Activity;
using ActivityContext = System.Diagnostics.ActivityContext;

namespace Updraft.Api.Tests;

/// <summary>Listens to the spans of one run.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public Spans(string run)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Updraft.Runs",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("updraft.run") as string == run) _spans.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All => [.. _spans];

    public Activity this[string name] => Assert.Single(_spans, span => span.DisplayName == name);

    public void Dispose() => _listener.Dispose();
}
