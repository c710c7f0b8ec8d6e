using System.Text.RegularExpressions;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;
using Xunit.Abstractions;

namespace Updraft.Runs;

/// <summary>What follows from a run beyond itself (runs that wait for it, callbacks, alerts) happens once, whenever the host dies.</summary>
public sealed partial class FollowUpCrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task DependsOnPast_CrashAtEveryPoint_ChangesNothing() => CheckAsync(stage => stage.On("a", act => act.Context.Run.RunId == "r0" && act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()), async scene =>
    {
        var dag = new DagBuilder("d") { DependsOnPast = true };
        dag.Link(dag.Work("a") >> dag.Work("b").DependsOnPast());
        var spec = dag.Build();
        await scene.TriggerAfterAsync(spec, "r0", null);
        await scene.TriggerAfterAsync(spec, "r1", "r0");
        await scene.EndAsync("r0");
        if ((await scene.ViewAsync("r0")).Body.Status is RunStatus.Failed) await scene.Host.Runs.ClearAsync("r0", new ClearCommand { Tasks = [new("a", [])] });
        await scene.EndAsync("r1");
    }, mayRepeat: true);

    [Fact]
    public Task Callbacks_CrashAtEveryPoint_AreStartedOnce() => CheckAsync(stage => stage.On("a", act => act.Try == 1 ? TaskOutcome.Failed("broken") : TaskOutcome.Success()).On("b", _ => TaskOutcome.Failed("bad")), async scene =>
    {
        var dag = new DagBuilder("d");
        dag.Work("a").Retries(1, TimeSpan.FromMinutes(1)).OnRetry("say").OnSuccess("say").OnSuccess("say");
        dag.Work("b").OnFailure("say");
        dag.OnFailure("say");
        await scene.TriggerAsync(dag.Build());
        await scene.EndAsync();
    });

    [Fact]
    public Task Due_CrashAtEveryPoint_AlertsOnce() => CheckAsync(stage => stage.On("a", async act =>
    {
        await act.WorkForAsync(TimeSpan.FromHours(1));
        return TaskOutcome.Success();
    }), async scene =>
    {
        var dag = new DagBuilder("d") { Due = new DueSpec { After = TimeSpan.FromMinutes(20), From = DueFrom.Start } };
        dag.Work("a").Due(new DueSpec { After = TimeSpan.FromMinutes(10), From = DueFrom.Start }).OnLate("say");
        await scene.TriggerAsync(dag.Build());
        await scene.EndAsync();
    });

    /// <summary>Dies at every point, goes on with another host, and must come to the same story.</summary>
    /// <param name="set">What the tasks do.</param>
    /// <param name="play">What the user does, again after a crash.</param>
    /// <param name="mayRepeat">Whether a command given again makes another try of what it is about.</param>
    private async Task CheckAsync(Action<Stage> set, Func<Scene, Task> play, bool mayRepeat = false)
    {
        var (calm, _) = await StoryAsync(set, play, null);
        if (mayRepeat) calm = WithoutTries(calm);
        var plays = 0;
        for (var k = 0; ; k += Depth.IsFull ? 1 : 11, plays++)
        {
            var (story, died) = await StoryAsync(set, play, k);
            if (mayRepeat) story = WithoutTries(story);
            Assert.True(calm == story, $"a crash at {k} made of\n{calm}\nthis:\n{story}");
            if (!died) break;
        }
        output.WriteLine($"{plays} points\n{calm}");
        Assert.True(plays > 3, $"only {plays} points were met");
    }

    private static string WithoutTries(string story) =>
        string.Join('\n', story.Split('\n').Select(line => string.Join(' ', line.Split(' ').Select(word => Try().Replace(word, "")).Distinct())));

    [GeneratedRegex(@"(?<=/.*)/\d+$")]
    private static partial Regex Try();

    private static async Task<(string Story, bool Died)> StoryAsync(Action<Stage> set, Func<Scene, Task> play, int? at)
    {
        var stage = new Stage();
        set(stage);
        await using var scene = Scene.Empty(stage);
        var crash = at is { } point ? new CrashAt(point) : null;
        try
        {
            await scene.RestartAsync(crash);
            await play(scene);
            await scene.DrainAsync();
        }
        catch (Exception) when (crash is { Where: not null })
        {
            await scene.RestartAsync();
            await play(scene);
            await scene.DrainAsync();
        }
        return (await scene.StoryAsync(), crash is { Where: not null });
    }
}
