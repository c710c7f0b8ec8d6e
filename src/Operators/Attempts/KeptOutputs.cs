using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Keeps the output of an attempt before its end is told, for operators that first note it and then remove what made it: it is stored where the
/// attempt's output lies afterwards.
/// </summary>
internal sealed class KeptOutputs(OutputStore store, AttemptRequest attempt)
{
    /// <summary>Stores an output; what is returned fits beside a job's state.</summary>
    public Task<OutputRef> WriteAsync(JsonElement output, CancellationToken cancellation) => store.WriteAsync(attempt, output, cancellation);

    /// <summary>Reads it back.</summary>
    public Task<JsonElement> ReadAsync(OutputRef kept, CancellationToken cancellation) => store.ReadAsync(kept, cancellation);
}
