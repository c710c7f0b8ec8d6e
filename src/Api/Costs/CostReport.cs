namespace Updraft.Api;

/// <summary>What was done that costs on some days, and what it would cost on Azure.</summary>
public sealed record CostReport
{
    /// <summary>The first day, in UTC.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>The last day, in UTC.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>The DAG that it is about; null for all.</summary>
    public string? Dag { get; init; }

    /// <summary>What was done. Of one DAG, its runs, tasks and work are its own; its activities and storage operations are its part of all, by tasks.</summary>
    public required CostFigures Figures { get; init; }

    /// <summary>What that would cost.</summary>
    public required CostEstimate Cost { get; init; }

    /// <summary>For a run; null when none has ended.</summary>
    public CostShare? PerRun { get; init; }

    /// <summary>For 1,000 tasks; null when no run has ended.</summary>
    public CostShare? PerThousandTasks { get; init; }

    /// <summary>The prices.</summary>
    public required CostPrices Prices { get; init; }

    internal static CostReport Of(DateOnly since, DateOnly until, string? dag, CostDay sum, CostPrices prices)
    {
        var figures = dag is null ? sum.All : Share(sum, sum.Dags.GetValueOrDefault(dag, CostFigures.None));
        return new CostReport
        {
            Since = since,
            Until = until,
            Dag = dag,
            Figures = figures,
            Cost = CostEstimate.Of(figures, prices),
            PerRun = figures.Runs > 0 ? CostShare.Of(figures.Times(1 / figures.Runs), prices) : null,
            PerThousandTasks = figures.Tasks > 0 ? CostShare.Of(figures.Times(1_000 / figures.Tasks), prices) : null,
            Prices = prices,
        };
    }

    private static CostFigures Share(CostDay sum, CostFigures own)
    {
        var part = sum.All.Tasks > 0 ? own.Tasks / sum.All.Tasks : 0;
        return own with { Activities = sum.All.Activities * part, Reads = sum.All.Reads * part, Writes = sum.All.Writes * part };
    }
}

/// <summary>What a part of it takes and costs.</summary>
/// <param name="Activities">Activities.</param>
/// <param name="StorageOperations">Reads and writes.</param>
/// <param name="WorkSeconds">Time at work.</param>
/// <param name="Cost">What it would cost.</param>
public sealed record CostShare(double Activities, double StorageOperations, double WorkSeconds, double Cost)
{
    internal static CostShare Of(CostFigures figures, CostPrices prices) => new(figures.Activities, figures.Reads + figures.Writes, figures.WorkSeconds, CostEstimate.Of(figures, prices).Total);
}
