using Updraft.Operators;

namespace FlightDelays;

/// <summary>The branch: promote a model that beats the airport's mean, hold any other.</summary>
public sealed class Choose : CodeTask<Evaluation, string>
{
    /// <inheritdoc/>
    public override Task<string> RunAsync(Evaluation input, TaskContext context, CancellationToken stop) =>
        Task.FromResult(input.IsBetterThanMean ? "promote" : "hold");
}

/// <summary>Writes a model to where it is served from.</summary>
public sealed class Promote : CodeTask<Promote.Input, Verdict>
{
    /// <param name="Model">The model.</param>
    /// <param name="Errors">How well it does.</param>
    public sealed record Input(DelayModel Model, Evaluation Errors);

    /// <inheritdoc/>
    public override async Task<Verdict> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        await context.Files.WriteJsonAsync($"models/{input.Model.Airport}.json", input.Model, stop);
        return new Verdict(input.Errors.Airport, Promoted: true, input.Errors.ModelError, input.Errors.MeanError);
    }
}

/// <summary>Leaves an airport with its mean.</summary>
public sealed class Hold : CodeTask<Evaluation, Verdict>
{
    /// <inheritdoc/>
    public override Task<Verdict> RunAsync(Evaluation input, TaskContext context, CancellationToken stop) =>
        Task.FromResult(new Verdict(input.Airport, Promoted: false, input.ModelError, input.MeanError));
}
