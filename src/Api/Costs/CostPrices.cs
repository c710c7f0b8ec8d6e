namespace Updraft.Api;

/// <summary>What Azure takes, in one currency. The defaults are examples with the dates and sources that <c>docs/monitoring.md</c> gives: put in those of your region and contract.</summary>
public sealed record CostPrices
{
    /// <summary>The currency, as in <c>USD</c>. Default USD.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>A million actions of the scheduler; an activity is two. Default 0.30.</summary>
    public double MillionActions { get; init; } = 0.30;

    /// <summary>A million executions of functions; an activity is one, and one of its orchestrator. Default 0.40.</summary>
    public double MillionExecutions { get; init; } = 0.40;

    /// <summary>A gigabyte of memory for a second. Default 0.000026.</summary>
    public double GigabyteSecond { get; init; } = 0.000026;

    /// <summary>Memory of an instance in gigabytes. Default 2.</summary>
    public double Gigabytes { get; init; } = 2;

    /// <summary>Ten thousand writes or listings of blobs. Default 0.055.</summary>
    public double TenThousandWrites { get; init; } = 0.055;

    /// <summary>Ten thousand reads of blobs. Default 0.0044.</summary>
    public double TenThousandReads { get; init; } = 0.0044;
}
