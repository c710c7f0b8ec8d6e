using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Plans by the hash of their spec. A plan follows from its spec alone, so keeping it changes nothing but the time it takes.</summary>
internal sealed class PlanCache
{
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, RunPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>The plan of a spec in its canonical form.</summary>
    public RunPlan Of(string hash, JsonElement spec, ImmutableSortedDictionary<string, OperatorTraits> operators)
    {
        if (_plans.TryGetValue(hash, out var plan)) return plan;
        if (_plans.Count >= Most) _plans.Clear();
        return _plans[hash] = PlanCompiler.Compile(DagJson.Parse(spec.GetRawText()), name => operators.GetValueOrDefault(name));
    }
}
