using System.Text.Json;

namespace Updraft.Operators;

/// <summary>The log of a Spark driver, which is appended to the task's as it grows.</summary>
internal interface IDriverLog
{
    /// <summary>Whether it is gone once the batch is killed.</summary>
    bool GoesWithTheBatch { get; }

    /// <summary>Appends what the driver wrote since the last time.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">How far it was read, as the last call returned it; null for nothing yet.</param>
    /// <param name="last">Whether the batch has ended, and nothing will follow.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<DriverLogRead> AppendAsync(LivyBatch batch, JsonElement? place, bool last, CancellationToken cancellation);
}

/// <summary>What was read of a driver's log.</summary>
/// <param name="Place">How far it is read; null for nothing yet.</param>
/// <param name="LastLines">The last lines, which may say why the driver failed.</param>
internal sealed record DriverLogRead(JsonElement? Place, IReadOnlyList<string> LastLines);
