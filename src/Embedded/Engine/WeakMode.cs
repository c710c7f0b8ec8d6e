namespace Updraft.Embedded;

/// <summary>Takes every liberty that the contract of the ports leaves to an engine, as a seed decides.</summary>
internal sealed class WeakMode(int seed)
{
    private readonly Lock _gate = new();
#pragma warning disable CA5394 // Repeatable, not secret.
    private readonly Random _random = new(seed);

    /// <summary>Activities run at least once.</summary>
    public bool RunsTwice() => OneIn(5);

    /// <summary>Events come at least once.</summary>
    public bool ComesTwice() => OneIn(4);

    /// <summary>Events are lost when the instance has not started.</summary>
    public bool LosesEarlyEvent() => OneIn(2);

    /// <summary>What comes together comes in any order.</summary>
    public void Shuffle<T>(List<T> items)
    {
        lock (_gate)
        {
            for (var i = items.Count - 1; i > 0; i--)
            {
                var j = _random.Next(i + 1);
                (items[i], items[j]) = (items[j], items[i]);
            }
        }
    }

    /// <summary>What has come is held back for some rounds.</summary>
    public int RoundsLate()
    {
        lock (_gate) return Math.Max(0, _random.Next(6) - 3);
    }

    private bool OneIn(int n)
    {
        lock (_gate) return _random.Next(n) == 0;
    }
#pragma warning restore CA5394
}
