using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>From what is known to why it is not running now. Pure.</summary>
internal static class ExplainRules
{
    private const int MostNamed = 5;

    public static Explanation Decide(ExplainFacts facts)
    {
        var run = facts.Run;
        if (facts.Task is null) return new(run.Request.RunId, null, Snake(run.Body.Status), [.. OfRun(facts)]);
        var state = facts.Instance is { } instance ? Snake(instance.State) : null;
        if (facts.Instance is { } ended && ended.State.IsFinal()) return new(run.Request.RunId, facts.Name, state, []);
        return new(run.Request.RunId, facts.Name, state, [.. OfRun(facts), .. OfTask(facts)]);
    }

    private static IEnumerable<Cause> OfRun(ExplainFacts facts)
    {
        var (runId, body) = (facts.Run.Request.RunId, facts.Run.Body);
        if (facts.SetAside is { } aside) yield return new() { Kind = CauseKind.SetAside, Text = $"run '{runId}' was set aside by the watchdog after it had failed again and again: {aside}" };
        if (body.Status is RunStatus.Queued && facts.RunSlots is { } slots)
            yield return new() { Kind = CauseKind.RunSlot, Limit = slots, Text = $"run '{runId}' is queued{PlaceText(slots)}: {slots.Limit} runs of '{facts.Run.Request.Dag}' may be under way, and these are: {Holders(slots)}" };
        else if (body.Status is RunStatus.Queued && facts.Run.Request.Previous is { } previous && body.Reason is { } reason)
            yield return new() { Kind = CauseKind.Past, Run = previous, Text = $"run '{runId}' is queued: it {reason}" };
        else if (body.Status is RunStatus.Queued)
            yield return new() { Kind = CauseKind.RunSlot, Text = $"run '{runId}' is queued{(body.Reason is { } why ? $": {why}" : " and about to begin")}" };
        if (body.Paused) yield return new() { Kind = CauseKind.Paused, Text = $"run '{runId}' is paused" };
        if (body.Stopping is { } stopping) yield return new() { Kind = CauseKind.RunStopping, Text = $"run '{runId}' is being stopped: {stopping}" };
    }

    private static IEnumerable<Cause> OfTask(ExplainFacts facts)
    {
        if ((facts.Job?.SetAside ?? facts.Wait?.SetAside) is { } aside) yield return new() { Kind = CauseKind.SetAside, Text = $"what drives '{facts.Name}' was set aside by the watchdog: {aside}" };
        if (facts.Instance is not { } instance)
        {
            if (facts.OpenMap is { } map) yield return List(facts, map);
            else if (facts.HasUnstartedParts) yield return new() { Kind = CauseKind.Part, Text = $"'{facts.Name}' may belong to a part of its map that has not started: other parts hold what max_active allows" };
            yield break;
        }
        if (instance.Clearing is not null && instance.State is not TaskState.Stopping) yield return new() { Kind = CauseKind.Clearing, Text = $"'{facts.Name}' is being cleared, and waits for work of the same clear to die" };
        foreach (var cause in OfState(facts, instance)) yield return cause;
    }

    private static IEnumerable<Cause> OfState(ExplainFacts facts, InstanceDocument instance) => instance.State switch
    {
        TaskState.None => OfUndecided(facts),
        TaskState.Scheduled => OfScheduled(facts, instance),
        TaskState.UpForRetry => [new() { Kind = CauseKind.Retry, Until = instance.DueAt, Text = $"'{facts.Name}' is tried again at {Time(instance.DueAt)}, as try {instance.Try} failed: {instance.Reason}" }],
        TaskState.Waiting when facts.Wait is { } wait => [OfWait(facts, wait)],
        TaskState.Waiting when facts.Job is { } job => [OfJob(facts, job)],
        TaskState.Stopping => [new() { Kind = CauseKind.Stopping, Since = instance.StoppingSince, Text = $"the work of '{facts.Name}' is being killed{(instance.StoppingSince is { } since ? $" since {Time(since)}" : "")} and not confirmed dead: {instance.Reason}" }],
        _ => [],
    };

    private static IEnumerable<Cause> OfUndecided(ExplainFacts facts)
    {
        var unfinished = facts.Upstreams.Where(upstream => upstream.Unfinished > 0).ToImmutableArray();
        if (!unfinished.IsEmpty)
        {
            var rule = EnumText(facts.Task!.TriggerRule);
            yield return new() { Kind = CauseKind.Upstreams, Upstreams = facts.Upstreams, Text = $"'{facts.Name}' waits for {Named(unfinished.Select(Upstream))}; its rule is {rule}" };
        }
        if (facts.OpenMap is { } map) yield return List(facts, map);
        foreach (var group in facts.Waiting) yield return new() { Kind = CauseKind.GroupRetry, Until = group.DueAt, Text = $"the group around '{facts.Name}' starts again{(group.DueAt is { } at ? $" at {Time(at)}" : " once the rest of it is dead")}" };
        if (unfinished.IsEmpty && facts.OpenMap is null && facts.Waiting.IsEmpty)
            yield return new() { Kind = CauseKind.Upstreams, Upstreams = facts.Upstreams, Text = $"'{facts.Name}' waits for a branch, a short-circuit or a group above it to be settled" };
    }

    private static IEnumerable<Cause> OfScheduled(ExplainFacts facts, InstanceDocument instance)
    {
        if (!facts.Limits.IsEmpty)
            return facts.Limits.Select(limit => new Cause { Kind = CauseKind.Pool, Limit = limit, Text = $"'{facts.Name}' waits{PlaceText(limit)} at {limit.Name}, whose {limit.Limit} slots are held by {Holders(limit)}" });
        if (facts.Task!.DependsOnPast && facts.Run.Request.Previous is { } previous && instance.Reason?.Contains("of the run before", StringComparison.Ordinal) is true)
            return [new() { Kind = CauseKind.Past, Run = previous, Text = $"'{facts.Name}' {instance.Reason}" }];
        if (facts.Run.Body.Paused) return [];
        return instance.Reason is { } reason ? [new() { Kind = CauseKind.RunLimit, Text = $"'{facts.Name}' waits: {reason}" }] : [];
    }

    private static Cause OfWait(ExplainFacts facts, OpenCondition wait)
    {
        var looked = wait.LookedAt is { } at ? $"looked at last at {Time(at.UtcDateTime)}" : "not looked at yet";
        var next = wait.NextAt is { } due ? $", next at {Time(due.UtcDateTime)}" : ", a look is under way";
        var others = wait.Waiters > 1 ? string.Create(CultureInfo.InvariantCulture, $"; {wait.Waiters - 1} more {(wait.Waiters == 2 ? "task waits" : "tasks wait")} for it") : "";
        return new()
        {
            Kind = CauseKind.Sensor, Until = wait.NextAt?.UtcDateTime, Since = wait.Since.UtcDateTime,
            Text = $"the condition of '{facts.Name}', {wait.Condition}, does not hold yet: {looked}{next}{(wait.Error is { } error ? $"; the last look failed: {error}" : "")}{others}",
        };
    }

    private static Cause OfJob(ExplainFacts facts, JobFact job)
    {
        var state = job.State;
        var deadline = state.Policy?.Deadline is { } bound ? state.StartedAt + bound : (DateTime?)null;
        var times = $"looked {state.Looks} times{(state.NextAt is { } next ? $", next at {Time(next)}" : "")}{(deadline is { } end ? $", until {Time(end)}" : "")}";
        if (job.Operator == "event")
        {
            var name = facts.Task!.With.TryGetProperty("name", out var value) ? value.ToString() : "";
            return new() { Kind = CauseKind.Event, Until = deadline, Since = state.StartedAt, Text = $"'{facts.Name}' waits for event '{name}'{(facts.Run.Request.BusinessKey is { } key ? $" about '{key}'" : "")} since {Time(state.StartedAt)}{(deadline is { } at ? $", until {Time(at)}" : "")}" };
        }
        if (job.Question is { } question)
            return new() { Kind = CauseKind.Approval, Until = question.Deadline?.UtcDateTime, Since = question.AskedAt.UtcDateTime, Text = $"'{facts.Name}' asks since {Time(question.AskedAt.UtcDateTime)}{(question.Deadline is { } last ? $", until {Time(last.UtcDateTime)}" : "")}: {question.Question} ({string.Join(", ", question.Choices)}); {question.WhoMay()} may answer" };
        return job.Sensor
            ? new() { Kind = CauseKind.Sensor, Until = state.NextAt, Since = state.StartedAt, Text = $"the condition of '{facts.Name}' ({job.Operator}) does not hold yet: {times}" }
            : new() { Kind = CauseKind.Job, Until = state.NextAt, Since = state.StartedAt, ExternalId = state.ExternalId, Text = state.ExternalId is { } id ? $"'{facts.Name}' runs elsewhere as {job.Operator} job '{id}': {times}" : $"the {job.Operator} job of '{facts.Name}' is being submitted" };
    }

    private static Cause List(ExplainFacts facts, ExpansionDocument map) => new()
    {
        Kind = CauseKind.List,
        Text = map.State is nameof(ExpansionState.Expanding) ? $"the list of '{map.Region}' is being made" : $"the list of '{map.Region}', by which '{facts.Name}' is mapped, is not made yet",
    };

    private static string Upstream(UpstreamFact upstream) => upstream.State is { } state ? $"'{upstream.Task}' ({state})" : $"{upstream.Unfinished} instances of '{upstream.Task}'";

    private static string PlaceText(LedgerFact limit) => limit.Place is { } place ? string.Create(CultureInfo.InvariantCulture, $" as number {place} of {limit.Waiting}") : "";

    private static string Holders(LedgerFact limit) => limit.Holders.IsEmpty ? "nobody at this moment" : Named(limit.Holders.Select(holder => holder.Place is { } place ? $"'{place}' of run '{holder.RunId}'" : $"'{holder.RunId}'"));

    private static string Named(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var some = string.Join(", ", all.Take(MostNamed));
        return all.Length > MostNamed ? $"{some} and {all.Length - MostNamed} more" : some;
    }

    private static string Time(DateTime? time) => time?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "an unknown time";

    private static string Snake(Enum state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    private static string EnumText(TriggerRule rule) => JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.ToString());
}
