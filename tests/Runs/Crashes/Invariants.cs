using System.Globalization;
using System.Text.Json;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>What must hold of a run that has ended, whatever happened on the way: I1 to I7 and I9 of the reliability rules.</summary>
internal static class Invariants
{
    /// <param name="user">Who saw the run's end.</param>
    /// <param name="scenario">What was played.</param>
    /// <param name="calm">How the same ended without a crash; null when this is it.</param>
    /// <param name="crashes">How often the host died.</param>
    public static async Task CheckAsync(User user, Scenario scenario, Ending? calm, int crashes)
    {
        var scene = user.Scene;
        var ending = await Ending.OfAsync(user);
        Assert.True(user.End!.Final, "I1: the run has not ended");
        if (calm is not null)
        {
            Assert.True(calm.States == ending.States, $"the run ended as {ending.States}, and without a crash as {calm.States}");
            // I2: what was tried is what is tried without a crash, no try is skipped and none comes on top.
            if (scenario.MayRepeat) EachIsTriedAsFar(calm, ending);
            else Assert.Equal(calm.Attempts, ending.Attempts);
        }
        NoneStartsBeforeItsUpstreams(scene.Stage, scenario);
        Assert.All(scene.Stage.Journal.GroupBy(each => each.Attempt), tried => Assert.True(tried.Count() <= 1 + crashes, $"I3: '{tried.Key}' was executed {tried.Count()} times, and the host died {crashes} times"));
        await OutputsReadWereCommittedAsync(scene, scenario);
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.Named("db"))).IsIdle, "I9: slots of a pool are taken, and nothing runs");
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.RunsOf(scenario.Dag.Name))).IsIdle, "I9: a run slot is taken, and nothing runs");
        Assert.True((await scene.Host.Actors.Ledgers.GetAsync(PoolNames.KeyOf(scenario.Dag.Name, "each", "one"))).IsIdle, "I9: a place of a key is taken, and nothing runs");
        await IsListedAndCountedOnceAsync(scene, scenario, user.End);
        Database(scene);
    }

    /// <summary>The run is listed under what it ended as and nothing else, and is counted once.</summary>
    private static async Task IsListedAndCountedOnceAsync(Scene scene, Scenario scenario, RunView end)
    {
        var state = scene.Host.Embedded.State;
        var entry = (await new RunIndex(state).ListAsync(scenario.Dag.Name, null, 10)).Entries.Single(each => each.RunId == end.Request.RunId && each.CreatedAt == end.Request.CreatedAt);
        Assert.Equal(end.Body.Status, entry.ReadSummary().Status);
        var name = DocumentPath.Of(end.Request.RunId);
        var listed = await state.ListAsync("index/states/").Where(each => each.Path.EndsWith("/" + name, StringComparison.Ordinal)).Select(each => each.Path.Split('/')[2]).ToListAsync();
        // An entry of a trigger that was cut short is passed over by readers, and goes with its run.
        string[] wanted = end.Body.Status is RunStatus.Failed or RunStatus.Cancelled ? [end.Body.Status.ToString().ToLowerInvariant()] : [];
        Assert.Equal(wanted, listed.Except(["queued", "running"]));
        var own = DocumentPath.Of(DocumentPath.NewestFirst(end.Request.CreatedAt), end.Request.RunId);
        Assert.Empty(await state.ListAsync("index/states/").Where(each => each.Path is var path && path.EndsWith(own, StringComparison.Ordinal) && (path.Contains("/queued/", StringComparison.Ordinal) || path.Contains("/running/", StringComparison.Ordinal))).ToListAsync());
        var day = DateOnly.FromDateTime(end.Body.EndedAt!.Value);
        var figures = await new StatisticsReader(state).ReadAsync(day.AddDays(-7), day, scenario.Dag.Name).Select(each => each.Figures).ToListAsync();
        Assert.Equal(1, figures.Sum(each => each.Success + each.Failed + each.Cancelled));
        Assert.Equal(1, figures.Sum(each => end.Body.Status switch { RunStatus.Success => each.Success, RunStatus.Failed => each.Failed, _ => each.Cancelled }));
    }

    /// <summary>
    /// A command that was given twice may kill the try that its first coming began, before that try has done anything: then there is a later
    /// one in its place.
    /// </summary>
    private static void EachIsTriedAsFar(Ending calm, Ending ending)
    {
        var last = LastTries(ending);
        foreach (var (instance, attempt) in LastTries(calm))
            Assert.True(last.GetValueOrDefault(instance) >= attempt, $"I2: '{instance}' was tried up to {last.GetValueOrDefault(instance)}, and without a crash up to {attempt}");

        static Dictionary<string, int> LastTries(Ending of) => of.Attempts
            .Select(attempt => (Instance: attempt[..attempt.LastIndexOf('/')], Try: int.Parse(attempt.AsSpan(attempt.LastIndexOf('/') + 1), CultureInfo.InvariantCulture)))
            .GroupBy(each => each.Instance).ToDictionary(each => each.Key, each => each.Max(one => one.Try));
    }

    /// <summary>I2: no successor starts before its trigger rule holds.</summary>
    private static void NoneStartsBeforeItsUpstreams(Stage stage, Scenario scenario)
    {
        var firstEnd = stage.Journal.Where(each => each.Ended).GroupBy(each => each.Instance).ToDictionary(each => each.Key, each => each.Min(execution => execution.EndedAt!.Value));
        foreach (var execution in stage.Journal)
        {
            foreach (var upstream in scenario.Dag.Tasks.Single(task => task.Id == execution.Task).After)
            {
                foreach (var before in stage.Journal.Where(each => each.Task == upstream && (!each.Instance.Contains('[', StringComparison.Ordinal) || !execution.Instance.Contains('[', StringComparison.Ordinal) || Key(each) == Key(execution))).Select(each => each.Instance).Distinct())
                    Assert.True(firstEnd.TryGetValue(before, out var end) && end < execution.StartedAt, $"I2: '{execution}' started before '{before}' was done");
            }
        }

        static string Key(Execution execution) => execution.Instance[execution.Instance.IndexOf('[', StringComparison.Ordinal)..];
    }

    /// <summary>I4: an output read is the output committed.</summary>
    private static async Task OutputsReadWereCommittedAsync(Scene scene, Scenario scenario)
    {
        var instances = await scene.InstancesAsync();
        var committed = instances.Values.Where(instance => instance.Output is not null).Select(instance => instance.Output!.Value!.Value.GetRawText()).ToHashSet();
        var readers = scenario.Dag.Tasks.Where(task => task.With.GetRawText().Contains("{{ tasks.", StringComparison.Ordinal)).Select(task => task.Id).ToHashSet();
        foreach (var execution in scene.Stage.Journal.Where(each => readers.Contains(each.Task) && instances[each.Instance] is { State: TaskState.Success } reader && each.Attempt.EndsWith($"/{reader.Try}", StringComparison.Ordinal)))
        {
            JsonElement[] read = execution.Read is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [execution.Read!.Value];
            Assert.All(read, one => Assert.True(committed.Contains(one.GetRawText()), $"I4: '{execution}' read {one}, and that is not what was committed"));
        }
    }

    /// <summary>I5: history has no gap, and nothing is left under way. I6: the database is whole.</summary>
    public static void Database(Scene scene)
    {
        using var db = SqliteDb.Open(Path.Combine(scene.Folder, Embedded.Database.FileName));
        Assert.Equal("ok", Only("PRAGMA integrity_check"));
        Assert.Equal("0", Only("SELECT count(*) FROM (SELECT 1 FROM history GROUP BY n, execution HAVING count(*) <> max(turn) - min(turn) + 1 OR min(turn) > 1)"));
        Assert.Equal("", Only($"SELECT coalesce(group_concat(id || ' ' || coalesce(failure, 'is open')), '') FROM instances WHERE status <> {(int)OrchestrationRuntimeStatus.Completed}"));

        string Only(string sql)
        {
            using var query = db.Query(sql);
            return query.Step() ? query.Text(0) : "";
        }
    }
}

/// <summary>How a run ended, as far as a crash may not change it.</summary>
internal sealed record Ending(string States, IReadOnlyList<string> Attempts)
{
    public static async Task<Ending> OfAsync(User user) =>
        new($"{user.End!.Body.Status} {user.End.Body.Reason} {await user.Scene.StatesAsync()}", [.. user.Scene.Stage.Attempts.Concat(user.Scene.Stage.FakeBackend.Started).Order(StringComparer.Ordinal)]);
}
