using System.Text.Json;
using FlightDelays;

namespace Updraft.Examples.Tests;

public sealed class FlightDelaysTests
{
    private static readonly Lazy<IReadOnlyList<JsonElement>> Rows = new(() =>
        JsonSerializer.Deserialize<List<JsonElement>>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "flights-20k.json")))!);

    private static IReadOnlyList<Flight> Flights => [.. Rows.Value.Select(Flight.Read).OfType<Flight>()];

    [Fact]
    public void Read_TheData_HasNoBadRow()
    {
        Assert.Equal(20_000, Rows.Value.Count);
        Assert.Equal(20_000, Flights.Count);
        Assert.Equal(220, Flights.DistinctBy(flight => flight.Origin).Count());
    }

    [Theory]
    [InlineData("""{"date":"2001/01/01 09:30","delay":4,"distance":256,"origin":"LAS"}""", true)]
    [InlineData("""{"date":"2001/13/01 09:30","delay":4,"distance":256,"origin":"LAS"}""", false)]
    [InlineData("""{"delay":4,"distance":256,"origin":"LAS"}""", false)]
    [InlineData("""{"date":"2001/01/01 09:30","delay":"4","distance":256,"origin":"LAS"}""", false)]
    [InlineData("""{"date":"2001/01/01 09:30","delay":1e9,"distance":256,"origin":"LAS"}""", false)]
    [InlineData("""{"date":"2001/01/01 09:30","delay":4,"distance":0,"origin":"LAS"}""", false)]
    [InlineData("""{"date":"2001/01/01 09:30","delay":4,"distance":256,"origin":"../"}""", false)]
    [InlineData("null", false)]
    public void Read_Row_TakesOnlyWhatCanBeUsed(string row, bool usable) => Assert.Equal(usable, Flight.Read(JsonDocument.Parse(row).RootElement) is not null);

    [Fact]
    public void Read_Row_HourHasItsFraction() =>
        Assert.Equal(9.5, Flight.Read(JsonDocument.Parse("""{"date":"2001/01/01 09:30","delay":4,"distance":256,"origin":"LAS"}""").RootElement)!.Hour);

    [Theory]
    [InlineData(30, 87)]
    [InlineData(10, 134)]
    [InlineData(100_000, 0)]
    public void WithEnough_MinFlights_KeepsTheAirportsThatHaveThem(int minFlights, int airports) =>
        Assert.Equal(airports, ListAirports.WithEnough(Flights, minFlights).Count);

    [Fact]
    public void Split_EveryFifth_IsHeldOut()
    {
        var flights = Enumerable.Range(0, 12).Select(hour => new Flight(hour, 0, 1, "AAA")).ToList();

        var (training, holdOut) = Flight.Split(flights);

        Assert.Equal([4, 9], holdOut.Select(flight => flight.Hour));
        Assert.Equal(10, training.Count);
    }

    [Fact]
    public void Evaluate_ModelThatKnowsTheRule_BeatsTheMean()
    {
        var flights = Enumerable.Range(0, 40).Select(i => new Flight(i % 24, 2 * (i % 24) + i % 7, 100 * (i % 7 + 1), "AAA")).ToList();
        var (training, holdOut) = Flight.Split(flights);

        var evaluation = DelayModel.Fit("AAA", training).Evaluate(holdOut);

        Assert.Equal(0, evaluation.ModelError, 9);
        Assert.True(evaluation.MeanError > 5);
        Assert.True(evaluation.IsBetterThanMean);
    }

    [Fact]
    public void Evaluate_TheData_PromotesSomeAndHoldsSome()
    {
        var verdicts = ListAirports.WithEnough(Flights, 30).Select(airport =>
        {
            var (training, holdOut) = Flight.Split([.. airport]);
            return DelayModel.Fit(airport.Key, training).Evaluate(holdOut).IsBetterThanMean;
        }).ToList();

        Assert.InRange(verdicts.Count(promoted => promoted), 1, 86);
    }

    [Fact]
    public void Summary_Report_NamesEveryAirport()
    {
        var summary = new Summary([new("AAA", true, 9, 10), new("BBB", false, 12, 10)]);

        Assert.Equal("airport,promoted,model_error,mean_error,gain_percent\nAAA,yes,9.000,10.000,10.00\nBBB,no,12.000,10.000,-20.00\n", summary.ToCsv());
        Assert.Contains("1 of 2 models promoted", summary.ToMarkdown("r1"), StringComparison.Ordinal);
        Assert.Contains("| AAA | promoted | 9.0 | 10.0 | 10.0 % |\n| BBB | held | 12.0 | 10.0 | -20.0 % |", summary.ToMarkdown("r1"), StringComparison.Ordinal);
    }
}
