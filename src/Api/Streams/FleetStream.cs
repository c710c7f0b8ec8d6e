using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>
/// What becomes of the runs that somebody may see: <c>run</c> for each that starts, changes its state or ends, <c>alert</c>, and <c>reload</c> when what was said is
/// no longer all, which is also the end.
/// </summary>
internal sealed class FleetStream(FleetHub hub, RunServices services, RunSearch search, DagCatalogue catalogue, ApiOptions options)
{
    private const int Newest = 200;

    public async Task PlayAsync(Access access, string? team, EventWriter writer, CancellationToken over)
    {
        bool Sees(string? of) => access.May(Role.Viewer, of) && (team is null || team == of);
        if (!options.HearsNotices)
        {
            await PollAsync(Sees, writer, over);
            return;
        }
        using var listener = hub.Listen();
        while (true)
        {
            while (listener.Events.TryRead(out var news)) await SendAsync(news, Sees, writer, over);
            var next = listener.Events.WaitToReadAsync(over).AsTask();
            while (!next.IsCompleted) await writer.WaitAsync(next, TimeSpan.FromMinutes(1));
            if (!await next) break;
        }
        await EndAsync(writer);
    }

    /// <summary>Says that what happens from now on is not told: it cannot be made good, as what happens has no number.</summary>
    public static Task EndAsync(EventWriter writer) => writer.SendAsync("reload", new { });

    private async Task SendAsync(FleetEvent news, Func<string?, bool> sees, EventWriter writer, CancellationToken over)
    {
        if (news.RunId is { } runId)
        {
            var run = await services.Runs.Reader.GetAsync(runId, over);
            if (run is not null && sees(run.Request.Team)) await writer.SendAsync("run", FleetRun.Of(run));
        }
        else if (news.Alert is { } alert && sees(alert.Dag is null ? null : (await catalogue.GetAsync(alert.Dag, over))?.Team))
        {
            await writer.SendAsync("alert", alert);
        }
    }

    /// <summary>Looks at the newest runs, and at those under way, where other processes change them.</summary>
    private async Task PollAsync(Func<string?, bool> sees, EventWriter writer, CancellationToken over)
    {
        var (known, lastAlert, isFirst) = (new Dictionary<string, RunStatus>(StringComparer.Ordinal), (string?)null, true);
        while (true)
        {
            var found = (await search.FindAsync(new RunFilter(), null, Newest, sees, over)).Runs
                .Concat((await search.FindAsync(new RunFilter { Statuses = [RunStatus.Queued, RunStatus.Running, RunStatus.Paused] }, null, RunSearch.MaxPage, sees, over)).Runs)
                .DistinctBy(run => run.Entry.RunId).ToDictionary(run => run.Entry.RunId, StringComparer.Ordinal);
            foreach (var run in found.Values.Where(run => !isFirst && (!known.TryGetValue(run.Entry.RunId, out var before) || before != run.Summary.Status))) await writer.SendAsync("run", FleetRun.Of(run));
            // What is no longer under way and not among the newest has ended.
            foreach (var runId in known.Where(run => run.Value is RunStatus.Queued or RunStatus.Running or RunStatus.Paused && !found.ContainsKey(run.Key)).Select(run => run.Key))
                if (await services.Runs.Reader.GetAsync(runId, over) is { } run) await writer.SendAsync("run", FleetRun.Of(run));
            known = found.ToDictionary(run => run.Key, run => run.Value.Summary.Status, StringComparer.Ordinal);
            var alerts = (await services.Alerts.ListAsync(count: Newest, cancellation: over)).Alerts;
            foreach (var alert in alerts.TakeWhile(alert => !isFirst && alert.Id != lastAlert).Reverse()) await SendAsync(new FleetEvent(null, null, alert), sees, writer, over);
            (lastAlert, isFirst) = (alerts.Count > 0 ? alerts[0].Id : lastAlert, false);
            await writer.WaitAsync(new TaskCompletionSource().Task, options.PollEvery);
        }
    }
}
