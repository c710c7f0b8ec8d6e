namespace FlightDelays;

/// <summary>A model of the delay of an airport's departures.</summary>
/// <param name="Airport">The airport's code.</param>
/// <param name="Flights">How many flights it was trained on.</param>
/// <param name="Mean">Mean delay of these flights, in minutes: what the model has to beat.</param>
/// <param name="Intercept">In minutes.</param>
/// <param name="PerHour">Minutes per hour of day.</param>
/// <param name="PerHundredMiles">Minutes per hundred miles.</param>
public sealed record DelayModel(string Airport, int Flights, double Mean, double Intercept, double PerHour, double PerHundredMiles)
{
    /// <summary>Fits a model to flights of one airport.</summary>
    public static DelayModel Fit(string airport, IReadOnlyList<Flight> training)
    {
        var delays = training.Select(flight => flight.Delay).ToList();
        var (intercept, coefficients) = LeastSquares.Fit([.. training.Select(flight => new[] { flight.Hour, flight.Miles / 100 })], delays);
        return new DelayModel(airport, training.Count, delays.Average(), intercept, coefficients[0], coefficients[1]);
    }

    /// <summary>The delay to expect, in minutes.</summary>
    public double Predict(Flight flight) => Intercept + PerHour * flight.Hour + PerHundredMiles * flight.Miles / 100;

    /// <summary>Judges the model by flights that it has not seen.</summary>
    public Evaluation Evaluate(IReadOnlyList<Flight> holdOut) =>
        new(Airport, holdOut.Count, RootMeanSquare(holdOut, Predict), RootMeanSquare(holdOut, _ => Mean));

    private static double RootMeanSquare(IReadOnlyList<Flight> flights, Func<Flight, double> predict) =>
        Math.Sqrt(flights.Average(flight => Math.Pow(flight.Delay - predict(flight), 2)));
}

/// <summary>How well a model does on flights that it has not seen.</summary>
/// <param name="Airport">The airport's code.</param>
/// <param name="Flights">How many flights it was judged by.</param>
/// <param name="ModelError">Root mean square error of the model, in minutes.</param>
/// <param name="MeanError">The same of the airport's mean.</param>
public sealed record Evaluation(string Airport, int Flights, double ModelError, double MeanError)
{
    /// <summary>Whether the model is the better guess.</summary>
    public bool IsBetterThanMean => ModelError < MeanError;
}
