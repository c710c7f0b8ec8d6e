using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>Actors on a simulated engine and store.</summary>
internal sealed class SimulatedHost
{
    public SimulatedHost(int seed = 1, bool inOrder = false, bool weak = false, ActorLoopOptions? options = null, params IActorKind[] kinds)
    {
        Simulator = new(seed) { InOrder = inOrder };
        Store = new(Simulator);
        Registry = new();
        Engine = new(Simulator, Registry) { Weak = weak };
        Runtime = new(Store, Engine, Simulator.Time, options ?? new(), [new TallyKind(), .. kinds]);
        Runtime.Register(Registry);
        Registry.Add("step", ActivityWeight.InProcess, async context =>
        {
            var input = context.GetInput<TallyStep>();
            if (input.Takes is { } takes) await Task.Delay(takes, Simulator.Time);
            if (FailSteps-- > 0) throw new InvalidDataException("the step failed");
            return input.Number;
        });
    }

    public Simulator Simulator { get; }

    public SimulatedStore Store { get; }

    public SimulatedEngine Engine { get; }

    public ActivityRegistry Registry { get; }

    public ActorRuntime Runtime { get; }

    public ActorClient Actors => Runtime.Actors;

    public int FailSteps { get; set; }

    public static readonly ActorId Id = new("tally", "tallies/one/");

    public int Count(string activity) => Engine.Executed.Count(call => call.Name == activity);

    public Task<StartedActor> StartAsync(TallyRequest request) =>
        Actors.StartAsync(new() { Id = Id, Request = JsonSerializer.SerializeToElement(request, OrchestrationJson.Options) });

    public Task<bool> TellAsync(string entryId, string kind = "note") =>
        Actors.TellAsync(new() { Id = Id, EntryId = entryId, Kind = kind, Body = JsonSerializer.SerializeToElement(new { }) });

    /// <summary>Until the actor has ended. Looks at the documents now and then, beside what else happens.</summary>
    public async Task<TallyState> EndAsync(Func<TallyState, bool>? when = null)
    {
        while (true)
        {
            try
            {
                if (await Actors.GetHeadAsync(Id) is { Final: true } head && head.Body.Deserialize<TallyState>(OrchestrationJson.Options)! is var state && (when?.Invoke(state) ?? true)) return state;
            }
            catch (IOException)
            {
                // The next look may reach the store.
            }
            await Task.Delay(TimeSpan.FromSeconds(1), Simulator.Time);
        }
    }

    public TallyState State() => Simulator.Run(async () => (await Actors.GetHeadAsync(Id))!.Body.Deserialize<TallyState>(OrchestrationJson.Options)!);

    /// <summary>Documents that tell of something still to be done.</summary>
    public IEnumerable<string> Leftovers() => Store.Paths.Where(path => path.StartsWith("untold/", StringComparison.Ordinal) || path.StartsWith("open/", StringComparison.Ordinal) || path.Contains("/inbox/", StringComparison.Ordinal));
}
