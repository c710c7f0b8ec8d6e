namespace Updraft.Api;

/// <summary>What it would cost on Azure.</summary>
/// <param name="Actions">The scheduler's actions.</param>
/// <param name="Executions">Executions of functions.</param>
/// <param name="Storage">Operations on storage.</param>
/// <param name="Compute">Memory for the time of the work.</param>
/// <param name="Total">All of it.</param>
public sealed record CostEstimate(double Actions, double Executions, double Storage, double Compute, double Total)
{
    private const double Million = 1_000_000;
    private const double TenThousand = 10_000;

    internal static CostEstimate Of(CostFigures figures, CostPrices prices)
    {
        var actions = 2 * figures.Activities / Million * prices.MillionActions;
        var executions = 2 * figures.Activities / Million * prices.MillionExecutions;
        var storage = (figures.Writes / TenThousand * prices.TenThousandWrites) + (figures.Reads / TenThousand * prices.TenThousandReads);
        var compute = figures.WorkSeconds * prices.Gigabytes * prices.GigabyteSecond;
        return new(actions, executions, storage, compute, actions + executions + storage + compute);
    }
}
