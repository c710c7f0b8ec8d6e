using Updraft.Dags;

namespace Updraft.Runs;

/// <summary>What work does when it is executed.</summary>
internal enum Way
{
    /// <summary>Succeeds.</summary>
    Works,

    /// <summary>As <see cref="Works"/>; a branch or short-circuit chooses otherwise.</summary>
    WorksOtherwise,

    Fails,

    Skips,

    /// <summary>Goes on until it is killed or released.</summary>
    Hangs,
}

/// <summary>The world that work meets, the same for the product and the model, whatever the run, the try and the host.</summary>
internal sealed class ModelWorld
{
    private readonly Dictionary<string, Way> _ways = [];
    private readonly HashSet<Action> _hanging = [];
    private readonly Lock _gate = new();

    public Way Of(string instance)
    {
        lock (_gate) return _ways.GetValueOrDefault(instance);
    }

    public void Set(string instance, Way way)
    {
        lock (_gate) _ways[instance] = way;
    }

    /// <summary>Puts all in order, and lets what hangs go on.</summary>
    public void Release()
    {
        Action[] hanging;
        lock (_gate)
        {
            foreach (var instance in _ways.Keys.ToArray())
                if (_ways[instance] is Way.Hangs) _ways[instance] = Way.Works;
            hanging = [.. _hanging];
        }
        foreach (var wake in hanging) wake();
    }

    public string[] Choice(ModelTask task)
    {
        var (usually, otherwise) = task.Follows;
        return Of(task.Id) is Way.WorksOtherwise ? task.Kind is TaskKind.Branch ? otherwise : [] : task.Kind is TaskKind.Branch ? usually : ["go on"];
    }

    /// <summary>What the product's work does.</summary>
    public async Task<Operators.TaskOutcome> PlayAsync(Stage stage, ModelTask task, Act act)
    {
        var name = act.Context.Keys.IsEmpty ? task.Id : $"{task.Id}[{act.Context.Keys[0]}]";
        if (Of(name) is Way.Hangs) await stage.AwayAsync(Hang, act.Stop);
        return Of(name) switch
        {
            Way.Fails => Operators.TaskOutcome.Failed("broken"),
            Way.Skips => throw new Operators.SkipTaskException("nothing to do"),
            _ when task.Kind is TaskKind.Work => Operators.TaskOutcome.Success(new { attempt = act.Context.AttemptId }),
            _ when task.Kind is TaskKind.Branch => Operators.TaskOutcome.Success(Choice(task)),
            _ => Operators.TaskOutcome.Success(Choice(task).Length > 0),
        };
    }

    private Hanging Hang(Action wake)
    {
        lock (_gate) _hanging.Add(wake);
        return new Hanging(this, wake);
    }

    private sealed class Hanging(ModelWorld world, Action wake) : IDisposable
    {
        public void Dispose()
        {
            lock (world._gate) world._hanging.Remove(wake);
        }
    }
}
