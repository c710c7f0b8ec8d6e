using Updraft.Operators;

namespace FlightDelays;

/// <summary>Lists the airports that get a model, and puts the flights of each into a file of its own.</summary>
public sealed class ListAirports : CodeTask<ListAirports.Input, IReadOnlyList<ListAirports.Airport>>
{
    /// <param name="MinFlights">Airports with fewer departures get no model.</param>
    public sealed record Input(int MinFlights);

    /// <param name="Code">The airport's code.</param>
    /// <param name="Flights">Its departures.</param>
    public sealed record Airport(string Code, int Flights);

    /// <summary>The file with an airport's flights, among the files of the run.</summary>
    internal static string FlightsOf(string airport) => $"work/{airport}.json";

    /// <summary>Flights by airport of departure, of those with enough of them, by code.</summary>
    public static IReadOnlyList<IGrouping<string, Flight>> WithEnough(IEnumerable<Flight> flights, int minFlights) =>
        [.. flights.GroupBy(flight => flight.Origin).Where(airport => airport.Count() >= minFlights).OrderBy(airport => airport.Key, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Airport>> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        var airports = WithEnough(await context.Files.ReadJsonAsync<List<Flight>>(Ingest.Flights, stop), input.MinFlights);
        foreach (var airport in airports) await context.Files.WriteJsonAsync(FlightsOf(airport.Key), airport, stop);
        context.Log.WriteLine($"{airports.Count} airports have {input.MinFlights} flights or more");
        return [.. airports.Select(airport => new Airport(airport.Key, airport.Count()))];
    }
}
