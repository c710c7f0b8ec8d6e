using System.Globalization;
using System.Text.Json;

namespace Updraft.Orchestration;

// The past: a task that depends on it starts only once the same task of the run before has succeeded or was skipped, map key by map key.
internal sealed partial class RunState
{
    /// <summary>How often the run before is looked at although it has not said anything: it may have been purged with all that it was asked.</summary>
    public static readonly TimeSpan PastSafety = TimeSpan.FromDays(1);

    private readonly SortedDictionary<int, PastGate> _pasts = [];

    /// <summary>Whether the past lets an instance start; if not, it waits at the gate of its task.</summary>
    private bool PastAllows(TaskInstance instance)
    {
        if (!instance.Task.Spec.DependsOnPast || _scope.Previous is null) return true;
        if (!_pasts.TryGetValue(instance.Task.Index, out var gate)) _pasts[instance.Task.Index] = gate = new PastGate(instance.Task);
        if (gate.Known?.Allows(instance.Keys) is true) return true;
        if (!gate.Waiting.Contains(instance)) gate.Waiting.Add(instance);
        Wait(instance, $"waits for '{instance}' of the run before, '{_scope.Previous}'");
        if (gate.Known is null) AskPast(gate);
        return false;
    }

    private void AskPast(PastGate gate)
    {
        gate.Known = null;
        if (gate.IsAsking) return;
        gate.IsAsking = true;
        _effects.Call(string.Create(CultureInfo.InvariantCulture, $"h:{gate.Task.Index}"), ActivityNames.CheckPast, new CheckPast(_scope.Previous!, gate.Task.Id));
    }

    private PastGate GateAt(string number) => _pasts[int.Parse(number, CultureInfo.InvariantCulture)];

    /// <summary>Lets those go on that may; for the others, the run before is asked to say when it is better.</summary>
    private void PastAnswered(PastGate gate, PastState answer)
    {
        (gate.IsAsking, gate.Known, gate.Changes) = (false, answer, Math.Max(gate.Changes, answer.Changes));
        var waiting = gate.Waiting.ToArray();
        gate.Waiting.Clear();
        foreach (var instance in waiting) Admit(instance);
        var timer = string.Create(CultureInfo.InvariantCulture, $"y:{gate.Task.Index}");
        if (!gate.IsInTheWay)
        {
            _effects.CancelTimer(timer);
            return;
        }
        _effects.Timer(timer, _now + PastSafety);
        var question = new FollowRun(_scope.Self, string.Create(CultureInfo.InvariantCulture, $"past/{gate.Task.Index}"), gate.Task.Id, Changes: gate.Changes);
        _effects.Call(string.Create(CultureInfo.InvariantCulture, $"y:{gate.Task.Index}"), ActivityNames.TellActor, PastQuestion.Of(_scope, _now, question));
    }

    /// <summary>It could not be read for a long time, and is read again.</summary>
    private void PastThrew(PastGate gate)
    {
        gate.IsAsking = false;
        AskPast(gate);
    }

    private void PastTold(RunFollowed answer)
    {
        if (!answer.Key.StartsWith("past/", StringComparison.Ordinal) || !_pasts.TryGetValue(int.Parse(answer.Key.AsSpan(5), CultureInfo.InvariantCulture), out var gate)) return;
        gate.Changes = Math.Max(gate.Changes, answer.Changes + 1);
        if (answer.Task is null or TaskState.Success or TaskState.Skipped) PastAnswered(gate, PastState.Fine);
        else AskPast(gate);
    }
}

/// <summary>How the run before is asked.</summary>
internal static class PastQuestion
{
    /// <summary>The entry is named by the time too: an execution that begins asks again, and the last one's question may have been answered.</summary>
    public static TellActor Of(RunScope scope, DateTime now, FollowRun question) => new()
    {
        Id = RunPaths.Of(scope.Previous!),
        EntryId = string.Create(CultureInfo.InvariantCulture, $"{FollowRun.Kind}-{ActorInstanceId.Of(scope.Self, 0)}-{question.Key.Replace('/', '-')}-{now.Ticks}"),
        Kind = FollowRun.Kind,
        Body = JsonSerializer.SerializeToElement(question, OrchestrationJson.Options),
    };
}
