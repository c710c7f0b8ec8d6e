using Updraft.Operators;

namespace FlightDelays;

/// <summary>Fits the model of one airport to four of five of its flights.</summary>
public sealed class Fit : CodeTask<Fit.Input, DelayModel>
{
    /// <param name="Airport">The airport's code.</param>
    public sealed record Input(string Airport);

    /// <inheritdoc/>
    public override async Task<DelayModel> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        var flights = await context.Files.ReadJsonAsync<List<Flight>>(ListAirports.FlightsOf(input.Airport), stop);
        return DelayModel.Fit(input.Airport, Flight.Split(flights).Training);
    }
}
