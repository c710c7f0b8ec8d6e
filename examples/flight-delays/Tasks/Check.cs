using Updraft.Operators;

namespace FlightDelays;

/// <summary>Fails, without retries, when too many rows cannot be used.</summary>
public sealed class Check : CodeTask<Check.Input, int>
{
    /// <param name="BadRows">Rows that cannot be used.</param>
    /// <param name="MaxBadRows">How many are tolerated.</param>
    public sealed record Input(int BadRows, int MaxBadRows);

    /// <inheritdoc/>
    public override Task<int> RunAsync(Input input, TaskContext context, CancellationToken stop) => input.BadRows <= input.MaxBadRows
        ? Task.FromResult(input.BadRows)
        : throw new FailTaskException($"{input.BadRows} rows cannot be used, and {input.MaxBadRows} are tolerated: mend the source, or raise params.max_bad_rows");
}
