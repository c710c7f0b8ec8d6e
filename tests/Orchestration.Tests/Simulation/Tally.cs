using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>An actor that does steps and counts what it is told: just enough to see what a loop does.</summary>
internal sealed record TallyRequest
{
    /// <summary>Steps one after the other.</summary>
    public int Chain { get; init; }

    /// <summary>Steps at once.</summary>
    public int Wide { get; init; }

    /// <summary>How long a step takes.</summary>
    public TimeSpan? Takes { get; init; }

    /// <summary>Time between two steps of the chain, waited by the machine.</summary>
    public TimeSpan? Pause { get; init; }

    public bool AfterPublish { get; init; }

    /// <summary>Bytes of each page.</summary>
    public int PageBytes { get; init; }

    public int Pages { get; init; }

    public string? Spec { get; init; }

    /// <summary>What each step calls.</summary>
    public string Activity { get; init; } = "step";
}

internal sealed record TallyStep(int Number, TimeSpan? Takes);

internal sealed record TallyState
{
    public long Revision { get; init; }

    public int Chained { get; init; }

    public int ChainLength { get; init; }

    public ImmutableSortedSet<int> Open { get; init; } = [];

    public IReadOnlyList<string> Told { get; init; } = [];

    public IReadOnlyList<string> Threw { get; init; } = [];

    public IReadOnlyList<string> Fired { get; init; } = [];

    public int SpecLength { get; init; }

    public IReadOnlyList<int> PagesRead { get; init; } = [];

    public int Executions { get; init; }
}

internal sealed class TallyKind : IActorKind
{
    public string Name => "tally";

    public List<(int Generation, long Write, bool Final)> StoredHeads { get; } = [];

    public string? SpecOf(JsonElement request) => request.Deserialize<TallyRequest>(OrchestrationJson.Options)!.Spec;

    public Machine Create(ActorSnapshot snapshot) => new TallyMachine(snapshot);

    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation)
    {
        StoredHeads.Add((head.Generation, head.Write, head.Final));
        return Task.CompletedTask;
    }
}

internal sealed class TallyMachine : Machine
{
    private readonly TallyRequest _request;
    private TallyState _state;
    private bool _changed;
    private bool _pagesChanged;

    public TallyMachine(ActorSnapshot snapshot)
    {
        _request = snapshot.Request.Deserialize<TallyRequest>(OrchestrationJson.Options)!;
        _state = snapshot.Head is { Revision: > 0 } head
            ? head.Body.Deserialize<TallyState>(OrchestrationJson.Options)!
            : new() { ChainLength = _request.Chain, Open = [.. Enumerable.Range(0, _request.Wide)] };
        _state = _state with { SpecLength = snapshot.Spec?.GetRawText().Length ?? 0, PagesRead = [.. snapshot.Pages.Select(page => page.GetRawText().Length)] };
        _pagesChanged = snapshot.Head is null;
    }

    public override bool IsFinal => _state.Chained == _state.ChainLength && _state.Open.IsEmpty;

    public override void Handle(Message message, DateTime now, Effects effects)
    {
        _changed = true;
        switch (message)
        {
            case Started:
                _state = _state with { Executions = _state.Executions + 1 };
                Chain(now, effects);
                foreach (var open in _state.Open) Call($"w{open}", open, effects);
                break;
            case Returned { Key: "c" }:
                _state = _state with { Chained = _state.Chained + 1 };
                Chain(now, effects);
                break;
            case Returned { Key: ['w', .. var number] }:
                _state = _state with { Open = _state.Open.Remove(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)) };
                break;
            case Threw threw:
                _state = _state with { Threw = [.. _state.Threw, threw.ErrorMessage] };
                if (threw.Key == "c") Chain(now, effects);
                else Call(threw.Key, 0, effects);
                break;
            case Told told:
                _state = _state with { Told = [.. _state.Told, told.Id] };
                if (told.Kind == "more")
                {
                    var idle = IsFinal || _state.Chained == _state.ChainLength;
                    _state = _state with { ChainLength = _state.ChainLength + 1 };
                    if (idle) Chain(now, effects);
                }
                if (told.Kind == "timer") effects.Timer("t", now + TimeSpan.FromSeconds(10));
                if (told.Kind == "cancel-timer") effects.CancelTimer("t");
                break;
            case Fired { Key: "pause" }:
                Call("c", _state.Chained, effects);
                break;
            case Fired fired:
                _state = _state with { Fired = [.. _state.Fired, $"{fired.Key}@{now:mm:ss}"] };
                break;
        }
    }

    public override ActorChanges? TakeChanges()
    {
        if (!_changed) return null;
        _changed = false;
        _state = _state with { Revision = _state.Revision + 1 };
        var pages = _pagesChanged ? Enumerable.Range(0, _request.Pages).Select(number => new ActorPage(number, JsonSerializer.SerializeToElement(new string((char)('a' + number), _request.PageBytes)))).ToArray() : [];
        _pagesChanged = false;
        return new(_state.Revision, JsonSerializer.SerializeToElement(_state, OrchestrationJson.Options), "summary", pages);
    }

    private void Chain(DateTime now, Effects effects)
    {
        if (_state.Chained == _state.ChainLength) return;
        if (_request.Pause is { } pause) effects.Timer("pause", now + pause);
        else Call("c", _state.Chained, effects);
    }

    private void Call(string key, int number, Effects effects) => effects.Call(key, _request.Activity, new TallyStep(number, _request.Takes), _request.AfterPublish);
}
