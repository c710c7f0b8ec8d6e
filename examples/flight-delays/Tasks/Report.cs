using Updraft.Operators;

namespace FlightDelays;

/// <summary>Puts the verdicts of all airports together.</summary>
public sealed class Gather : CodeTask<Gather.Input, Summary>
{
    /// <param name="Promoted">Verdicts of the airports whose model was promoted.</param>
    /// <param name="Held">Verdicts of the others.</param>
    public sealed record Input(IReadOnlyList<Verdict> Promoted, IReadOnlyList<Verdict> Held);

    /// <inheritdoc/>
    public override Task<Summary> RunAsync(Input input, TaskContext context, CancellationToken stop) =>
        Task.FromResult(new Summary([.. input.Promoted.Concat(input.Held).OrderBy(verdict => verdict.Airport, StringComparer.Ordinal)]));
}

/// <summary>Writes the report, for people and for machines.</summary>
public sealed class Report : CodeTask<Summary, Report.Output>
{
    /// <param name="Summary">The result in a sentence.</param>
    public sealed record Output(string Summary);

    /// <inheritdoc/>
    public override async Task<Output> RunAsync(Summary input, TaskContext context, CancellationToken stop)
    {
        await context.Files.WriteTextAsync("report.md", input.ToMarkdown(context.Run.RunId), stop);
        await context.Files.WriteTextAsync("report.csv", input.ToCsv(), stop);
        return new Output(input.Sentence());
    }
}
