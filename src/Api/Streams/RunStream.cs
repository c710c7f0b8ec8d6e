using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// The changes of one run: its head as <c>run</c>, changed instances as <c>instances</c>, and <c>end</c>. It begins with all as it is, which is also how one goes on
/// that was cut: what is sent is always a state, so that none is missed that matters.
/// </summary>
internal sealed class RunStream(RunServices services, InstanceWalk walk, ApiOptions options)
{
    private const int Chunk = 200;

    // Where other processes make the changes, nobody tells this one of them.
    private TimeSpan Look => options.HearsNotices ? TimeSpan.FromSeconds(30) : options.PollEvery;

    public async Task PlayAsync(string runId, Func<RunView, Task<RunResource>> show, EventWriter writer, CancellationToken over)
    {
        var (seen, sent) = (new Dictionary<string, InstanceDocument>(StringComparer.Ordinal), (Revision: -1L, Final: false));
        while (true)
        {
            using var next = services.Notices.Next(runId);
            if (await services.Runs.Reader.GetAsync(runId, over) is not { } run) break;
            // That all of it is stored is no change of the run, and is told all the same.
            if ((run.Revision, run.Final) != sent)
            {
                var id = run.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await SendChangedAsync(run, seen, writer, over);
                // The run comes last: whoever goes on from its id has seen the instances too.
                await writer.SendAsync("run", await show(run), id);
                sent = (run.Revision, run.Final);
            }
            if (run.Final) break;
            await writer.WaitAsync(next.Task, Look);
        }
        await writer.SendAsync("end", new { runId });
    }

    private async Task SendChangedAsync(RunView run, Dictionary<string, InstanceDocument> seen, EventWriter writer, CancellationToken over)
    {
        var changed = new List<TaskInstanceResource>();
        await foreach (var (place, instance) in walk.WalkAsync(run, null, null, over))
        {
            if (seen.TryGetValue(place, out var before) && IsSame(before, instance)) continue;
            seen[place] = instance with { Output = null };
            changed.Add(TaskInstanceResource.Of(instance));
            if (changed.Count < Chunk) continue;
            await writer.SendAsync("instances", changed);
            changed.Clear();
        }
        if (changed.Count > 0) await writer.SendAsync("instances", changed);
    }

    private static bool IsSame(InstanceDocument one, InstanceDocument other) =>
        (one.State, one.Try, one.ScheduledAt, one.StartedAt, one.EndedAt, one.Reason, one.Code) == (other.State, other.Try, other.ScheduledAt, other.StartedAt, other.EndedAt, other.Reason, other.Code);
}
