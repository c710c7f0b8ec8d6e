using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>How many are under way, by DAG. It is kept whether or not anybody listens, so that who begins to listen later sees the truth.</summary>
internal sealed class RunningCount
{
    private readonly ConcurrentDictionary<string, Number> _counts = new(StringComparer.Ordinal);

    public void Add(string dag, long n) => Interlocked.Add(ref _counts.GetOrAdd(BoundedLabels.Dags.Of(dag), static _ => new()).Value, n);

    public IEnumerable<Measurement<long>> Measure() => _counts.Select(each => new Measurement<long>(Volatile.Read(ref each.Value.Value), new KeyValuePair<string, object?>("dag", each.Key)));

    private sealed class Number
    {
        public long Value;
    }
}
