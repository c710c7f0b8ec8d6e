using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>
/// Removes what is older or more than its policy allows. To be run every hour or so, in one process. One document after the other, each
/// waiting for the last, so that other work passes. Not thread-safe: one pass at a time.
/// </summary>
public sealed class Retention
{
    private const int MostProblems = 20;

    /// <summary>An entry of the index this old whose run was never made is left from a trigger that was cut short.</summary>
    private static readonly TimeSpan GivenUp = TimeSpan.FromDays(1);

    private readonly IStateStore _store;
    private readonly SpecStore _specs;
    private readonly DagCatalogue _catalogue;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly RunReader _reader;
    private readonly RunIndex _index;
    private readonly Expiries _expiries;
    private readonly RunPurge _runs;
    private readonly WatcherPurge _watchers;
    private readonly SpecPurge _versions;
    private readonly PackagePurge? _packages;
    private readonly RetentionPart[] _parts;
    private readonly List<string> _problems = [];

    /// <param name="store">Where the documents are.</param>
    /// <param name="blobs">Where logs, outputs and files are.</param>
    /// <param name="orchestrations">Where histories are.</param>
    /// <param name="specs">The versions of DAGs.</param>
    /// <param name="catalogue">The published DAGs.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">Where it says what it could not do.</param>
    /// <param name="packages">The packages; null to leave them alone.</param>
    /// <param name="parts">What else it looks after.</param>
    public Retention(IStateStore store, IBlobStore blobs, IOrchestrationClient orchestrations, SpecStore specs, DagCatalogue catalogue, TimeProvider clock, ILogger log, IStoredPackages? packages = null, params RetentionPart[] parts)
    {
        (_store, _specs, _catalogue, _clock, _log, _parts) = (store, specs, catalogue, clock, log, parts);
        (_reader, _index, _expiries) = (new(store), new(store), new(store, blobs, clock));
        _runs = new(store, blobs, orchestrations, _expiries, clock);
        _watchers = new(store, orchestrations, clock);
        _versions = new(store, specs, clock);
        _packages = packages is null ? null : new(packages, new(store, clock));
    }

    /// <summary>One pass. What fails in it is logged and reported, and the rest is done nevertheless.</summary>
    /// <exception cref="UpdraftException"><see cref="RetentionErrors.PolicyRefused"/>.</exception>
    public async Task<RetentionReport> RunOnceAsync(RetentionPolicy policy, CancellationToken cancellation = default)
    {
        policy.Checked();
        var report = new RetentionReport { At = _clock.GetUtcNow() };
        _problems.Clear();
        var used = new InUse();
        var isComplete = await TryAsync("what an earlier pass left", async () => report = report with { Runs = await _runs.FinishAsync(policy, cancellation) });
        await TryAsync("what has a time to live", async () => report = report with { Expired = await _expiries.RunOnceAsync(cancellation) });
        await TryAsync("watchers", async () => report = report with { Watchers = await _watchers.RunOnceAsync(cancellation) });
        IReadOnlySet<string> referenced = new HashSet<string>();
        if (await TryAsync("what runs refer to", async () => referenced = await ReferencedAsync(used, cancellation)))
        {
            await foreach (var dag in _index.DagsAsync(cancellation))
                isComplete &= await TryAsync($"runs of '{dag}'", async () => report = await RunsOfAsync(dag, policy, referenced, used, report, cancellation));
            await TryAsync("versions and packages", async () =>
            {
                await _catalogue.ForgetVersionsAsync(policy.Versions, cancellation);
                await foreach (var version in _catalogue.ReferencedVersionsAsync(cancellation)) used.Add(version.Hash, version.Package);
                // A run that could not be looked at may refer to any.
                if (!isComplete) return;
                report = report with { Versions = await _versions.RunOnceAsync(used.Versions, policy.UnusedVersions, cancellation) };
                if (_packages is not null) report = report with { Packages = await _packages.RunOnceAsync(used.Packages, report.At, policy.UnusedVersions, cancellation) };
            });
        }
        foreach (var part in _parts)
            await TryAsync(part.Name, async () => report = report with { Others = report.Others.SetItem(part.Name, await part.RunOnceAsync(policy, report.At, cancellation)) });
        report = report with { Took = _clock.GetUtcNow() - report.At, Problems = [.. _problems.Take(MostProblems)] };
        await _store.PutAsync(RetentionReport.Path, report, WriteCondition.None, cancellation: cancellation);
        UpkeepMetrics.Retained(report);
        return report;
    }

    private async Task<RetentionReport> RunsOfAsync(string dag, RetentionPolicy policy, IReadOnlySet<string> referenced, InUse used, RetentionReport report, CancellationToken cancellation)
    {
        RetentionPlan? plan = null;
        string? after = null;
        do
        {
            var page = await _index.ListAsync(dag, after, RunIndex.MaxPage, cancellation);
            foreach (var entry in page.Entries)
            {
                plan ??= new RetentionPlan(policy.For(await SpecOfAsync(entry, cancellation)), referenced, report.At);
                var summary = entry.Summary.Deserialize<RunSummary>(OrchestrationJson.Options)!;
                var removal = plan.Next(entry, summary);
                if (removal is Removal.Run && await _runs.PurgeAsync(new PurgeNote(entry), policy, cancellation))
                {
                    report = report with { Runs = report.Runs + 1 };
                    continue;
                }
                if ((removal & (Removal.Logs | Removal.Outputs)) != 0)
                {
                    await _runs.PruneAsync(entry, removal, cancellation);
                    report = report with { Logs = report.Logs + (removal.HasFlag(Removal.Logs) ? 1 : 0), Outputs = report.Outputs + (removal.HasFlag(Removal.Outputs) ? 1 : 0) };
                }
                await AddPinnedAsync(entry, summary, used, cancellation);
            }
            after = page.Next;
        }
        while (after is not null);
        return report;
    }

    /// <summary>Adds what a run refers to. An entry that has no run goes once it is old.</summary>
    private async Task AddPinnedAsync(RunIndexEntry entry, RunSummary summary, InUse used, CancellationToken cancellation)
    {
        var (version, package) = (summary.Version, entry.Package);
        if (summary.EndedAt is null || version is null || package is null)
        {
            if (await _reader.RequestAsync(entry.RunId, cancellation) is { } request && request.CreatedAt == entry.CreatedAt)
            {
                // Of an old entry it is read once.
                if (package is null) await _index.SayPackageAsync(entry, request.Package, cancellation);
                (version, package) = (request.DagHash, request.Package);
            }
            else if (_clock.GetUtcNow() - entry.CreatedAt > GivenUp)
            {
                await _index.RemoveAsync(entry, cancellation);
            }
        }
        used.Add(version, package);
    }

    /// <summary>What the version of a DAG's newest run says.</summary>
    private async Task<RetentionSpec?> SpecOfAsync(RunIndexEntry entry, CancellationToken cancellation) =>
        await _reader.RequestAsync(entry.RunId, cancellation) is { } request && await _specs.GetSpecAsync(request.DagHash, cancellation) is { } spec
            ? DagJson.Parse(Encoding.UTF8.GetString(spec.Span)).Retention
            : null;

    /// <summary>Runs to which those under way refer.</summary>
    private async Task<IReadOnlySet<string>> ReferencedAsync(InUse used, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var listed in _store.ListAsync(ActorPaths.OpenMarkers + DocumentPath.Of(ActorKindNames.Run), null, cancellation))
        {
            if (await _reader.RequestAsync(DocumentPath.LastName(ActorPaths.OfOpen(listed.Path).Path), cancellation) is not { } run) continue;
            used.Add(run.DagHash, run.Package);
            foreach (var other in new[] { run.Previous, run.Parent, run.RerunOf })
                if (other is not null) found.Add(other);
            if (run.About is { ValueKind: JsonValueKind.Object } about && about.TryGetProperty("run_id", out var original) && original.ValueKind is JsonValueKind.String) found.Add(original.GetString()!);
        }
        await AddBackfilledAsync(used, cancellation);
        return found;
    }

    /// <summary>Versions of which backfills make runs.</summary>
    private async Task AddBackfilledAsync(InUse used, CancellationToken cancellation)
    {
        await foreach (var listed in _store.ListAsync(ActorPaths.OpenMarkers + DocumentPath.Of(ActorKindNames.Backfill), null, cancellation))
            if (await _store.GetAsync<ActorRequest>(ActorPaths.Request(ActorPaths.OfOpen(listed.Path)), cancellation) is { Value.PurgedAt: null } request)
                used.Add(request.Value.Body.Deserialize<BackfillRequest>(OrchestrationJson.Options)!.Version, null);
    }

    private async Task<bool> TryAsync(string what, Func<Task> part)
    {
        try
        {
            await part();
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Logs.RetentionFailed(_log, what, exception);
            _problems.Add($"{what}: {exception.Message}");
            return false;
        }
    }

    /// <summary>What runs and published DAGs refer to.</summary>
    private sealed class InUse
    {
        public HashSet<string> Versions { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Packages { get; } = new(StringComparer.Ordinal);

        public void Add(string? version, string? package)
        {
            if (version is not null) Versions.Add(version);
            if (package is not null) Packages.Add(package);
        }
    }
}
