using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>A DAG, what its tasks do, and what a user does with its run.</summary>
internal sealed record Scenario(string Name, DagSpec Dag)
{
    /// <summary>What the tasks do; each play has a stage of its own.</summary>
    public Action<Stage> Set { get; init; } = _ => { };

    /// <summary>What the user does once the run is triggered, up to its end. Repeated by a user who saw a crash.</summary>
    public Func<User, Task> Act { get; init; } = user => user.EndAsync();

    /// <summary>Instances of a map above which it is split; null for the product's number.</summary>
    public int? PartSize { get; init; }

    /// <summary>Whether a command may take effect twice, when its first answer was lost, so that there may be more tries than without a crash.</summary>
    public bool MayRepeat { get; init; }

    public override string ToString() => Name;
}

/// <summary>A user of a run, who remembers what was acknowledged, and does again what was not.</summary>
internal sealed class User(Scene scene, Scenario scenario)
{
    private readonly HashSet<string> _acknowledged = [];

    /// <summary>How far the run's document was seen to be.</summary>
    public long Revision { get; private set; }

    public Scene Scene { get; } = scene;

    public RunView? End { get; private set; }

    /// <summary>Triggers the run, and does what the scenario says.</summary>
    public async Task PlayAsync()
    {
        var triggered = await Scene.TriggerAsync(scenario.Dag);
        Assert.False(triggered.Created && _acknowledged.Contains("trigger"), "I7: an acknowledged run is gone");
        _acknowledged.Add("trigger");
        var seen = await Scene.ViewAsync();
        Assert.True(seen.Revision >= Revision, $"I7: revision {Revision} was seen, and now it is {seen.Revision}");
        await scenario.Act(this);
    }

    /// <summary>Does something until it is acknowledged.</summary>
    public async Task OnceAsync(string what, Func<RunClient, Task<bool>> command)
    {
        if (_acknowledged.Contains(what)) return;
        Assert.True(await command(Scene.Host.Runs), $"I7: there is no run to {what}");
        _acknowledged.Add(what);
    }

    public async Task UntilAsync(Func<IReadOnlyDictionary<string, InstanceDocument>, bool> holds) => Saw(await Scene.UntilAsync(holds));

    public async Task EndAsync()
    {
        await Scene.SettleAsync();
        Saw(End = await Scene.EndAsync());
    }

    private void Saw(RunView view) => Revision = view.Revision;
}
