using Updraft.Operators;

namespace FlightDelays;

/// <summary>Judges the model of one airport by every fifth of its flights.</summary>
public sealed class Evaluate : CodeTask<Evaluate.Input, Evaluation>
{
    /// <param name="Airport">The airport's code.</param>
    /// <param name="Model">Its model.</param>
    public sealed record Input(string Airport, DelayModel Model);

    /// <inheritdoc/>
    public override async Task<Evaluation> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        var flights = await context.Files.ReadJsonAsync<List<Flight>>(ListAirports.FlightsOf(input.Airport), stop);
        var evaluation = input.Model.Evaluate(Flight.Split(flights).HoldOut);
        context.Log.WriteLine(FormattableString.Invariant($"{input.Airport}: model {evaluation.ModelError:F2}, mean {evaluation.MeanError:F2} minutes"));
        return evaluation;
    }
}
