using System.Text.Json;
using Updraft.Operators;

namespace FlightDelays;

/// <summary>Reads the source and keeps its usable rows, in order of time.</summary>
public sealed class Ingest : CodeTask<Ingest.Input, Ingest.Output>
{
    /// <summary>Where the usable flights are kept among the files of the run.</summary>
    internal const string Flights = "work/flights.json";

    /// <param name="Source">A JSON array of flights: a file of the DAG's folder, or a full path.</param>
    public sealed record Input(string Source);

    /// <param name="Rows">Rows of the source.</param>
    /// <param name="BadRows">Rows that cannot be used.</param>
    public sealed record Output(int Rows, int BadRows);

    /// <inheritdoc/>
    public override async Task<Output> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        var path = Path.Combine(context.Package?.Files ?? "", input.Source);
        if (!File.Exists(path)) throw new FailTaskException($"there is no file '{input.Source}': give params.source a file of the DAG's folder, or a full path");
        await using var source = File.OpenRead(path);
        var rows = 0;
        var flights = new List<Flight>();
        await foreach (var row in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(source, cancellationToken: stop))
        {
            rows++;
            if (Flight.Read(row) is { } flight) flights.Add(flight);
        }
        await context.Files.WriteJsonAsync(Flights, flights, stop);
        context.Log.WriteLine($"{flights.Count} of {rows} rows can be used");
        return new Output(rows, rows - flights.Count);
    }
}
