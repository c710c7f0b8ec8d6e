using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.Json;
using Updraft.Operators;

namespace Updraft.Runs;

/// <summary>Conditions by name, which hold or do not, and a count of the looks at them. It outlives the hosts of a test.</summary>
internal sealed class FakeWorld
{
    private readonly ConcurrentDictionary<string, int> _looks = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string[]> _calls = [];

    public IEnumerable<IOperator> Operators => [new LastingCondition(this), new MomentaryCondition(this), new OwnCondition(this), new ManyConditions(this)];

    /// <summary>What a look at a condition finds. By default what <see cref="True"/> says.</summary>
    public Func<string, PokeResult>? Look { get; set; }

    /// <summary>The names of conditions that hold, with their values.</summary>
    public ConcurrentDictionary<string, object> True { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls of the operator that looks at many, with the names that each was about.</summary>
    public IReadOnlyList<string[]> Calls => [.. _calls];

    public int LooksAt(string name) => _looks.GetValueOrDefault(name);

    public int Looks => _looks.Values.Sum();

    public PokeResult Poke(string name)
    {
        _looks.AddOrUpdate(name, 1, (_, before) => before + 1);
        if (Look is { } look) return look(name);
        return True.TryGetValue(name, out var value) ? PokeResult.Met(value) : PokeResult.NotYet();
    }

    internal sealed record ConditionFields : WaitFields
    {
        public required string Name { get; init; }

        public string Place { get; init; } = "here";
    }

    [Operator("lasting")]
    [Description("Waits for something that stays.")]
    internal sealed class LastingCondition(FakeWorld world) : OneCondition(world, SensorMemory.Lasting);

    [Operator("momentary")]
    [Description("Waits for something that passes.")]
    internal sealed class MomentaryCondition(FakeWorld world) : OneCondition(world, SensorMemory.Momentary);

    [Operator("own")]
    [Description("Waits for something of its own.")]
    internal sealed class OwnCondition(FakeWorld world) : OneCondition(world, SensorMemory.Own);

    internal abstract class OneCondition(FakeWorld world, SensorMemory memory) : SensorOperator<ConditionFields>
    {
        public override SensorMemory Memory => memory;

        public override Orchestration.WaitPolicy? PolicyOf(ConditionFields fields) => fields.Policy;

        public override Task<PokeResult> PokeAsync(TaskContext context, ConditionFields fields, JsonElement? state, CancellationToken stop) => Task.FromResult(world.Poke(fields.Name));
    }

    [Operator("many")]
    [Description("Waits for things that are looked at together.")]
    internal sealed class ManyConditions(FakeWorld world) : MultiSensorOperator<ConditionFields>
    {
        public override SensorMemory Memory => SensorMemory.Lasting;

        public override int MaxTogether => 1_000;

        public override string BackendOf(ConditionFields fields) => fields.Place;

        public override Orchestration.WaitPolicy? PolicyOf(ConditionFields fields) => fields.Policy;

        public override Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke<ConditionFields>> pokes, CancellationToken stop)
        {
            world._calls.Enqueue([.. pokes.Select(poke => poke.Fields.Name)]);
            return Task.FromResult<IReadOnlyList<PokeAnswer>>([.. pokes.Select(Answer)]);
        }

        private PokeAnswer Answer(SensorPoke<ConditionFields> poke)
        {
            try
            {
                return PokeAnswer.Of(world.Poke(poke.Fields.Name));
            }
            catch (InvalidDataException e)
            {
                return PokeAnswer.Failed(e);
            }
        }
    }
}
