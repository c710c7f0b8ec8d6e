using System.Collections.Immutable;

namespace Updraft.Cli;

/// <summary>Compares places of instances: slots, outermost first.</summary>
internal sealed class SlotOrder : IComparer<ImmutableArray<int>>
{
    public static readonly SlotOrder Instance = new();

    public int Compare(ImmutableArray<int> x, ImmutableArray<int> y) => x.AsSpan().SequenceCompareTo(y.AsSpan());
}
