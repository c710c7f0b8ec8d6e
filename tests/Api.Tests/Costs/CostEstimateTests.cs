namespace Updraft.Api.Tests;

public sealed class CostEstimateTests
{
    [Fact]
    public void Of_Figures_IsEachAtItsPrice()
    {
        var prices = new CostPrices { MillionActions = 5, MillionExecutions = 3, Gigabytes = 4, GigabyteSecond = 0.5, TenThousandWrites = 2, TenThousandReads = 1 };

        var cost = CostEstimate.Of(new CostFigures(Runs: 1, Tasks: 2, Activities: 1_000_000, Reads: 20_000, Writes: 30_000, WorkSeconds: 10), prices);

        Assert.Equal(new CostEstimate(Actions: 10, Executions: 6, Storage: 8, Compute: 20, Total: 44), cost);
    }
}
