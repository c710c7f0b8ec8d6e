using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Reads the outputs of mapped tasks one after another. In a field that takes streams, <c>{{ tasks.ID.outputs }}</c> alone is not the list of
/// them but a token that stands for it, so that a hundred thousand need no more memory than one.
/// </summary>
public sealed class MappedOutputs
{
    // Known to this process alone, so that no value from outside can pass for a token.
    private static readonly string Mark = $"mapped outputs {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    private readonly OutputStore _outputs;
    private readonly IAttemptInputs _inputs;
    private readonly AttemptRequest _attempt;

    internal MappedOutputs(OutputStore outputs, IAttemptInputs inputs, AttemptRequest attempt) => (_outputs, _inputs, _attempt) = (outputs, inputs, attempt);

    /// <summary>Whether a value stands for outputs that are to be read.</summary>
    public static bool IsStream(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Mark, out _);

    /// <summary>The outputs that a value stands for, in the order of the map's list: one for each instance that succeeded and handed something over.</summary>
    /// <param name="stream">A value for which <see cref="IsStream"/> holds.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="Dags.UpdraftException">One is gone or damaged.</exception>
    public async IAsyncEnumerable<JsonElement> ReadAsync(JsonElement stream, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var output in OutputsOf(stream, cancellation)) yield return await _outputs.ReadAsync(output, cancellation);
    }

    /// <summary>The outputs that a value stands for as one list, up to the largest value that may be gathered.</summary>
    internal Task<JsonElement> ReadAllAsync(JsonElement stream, CancellationToken cancellation) => _outputs.ReadAllAsync(TaskOf(stream), OutputsOf(stream, cancellation), cancellation);

    /// <summary>The token for the outputs of a task.</summary>
    internal static Dictionary<string, string> Token(string taskId) => new(StringComparer.Ordinal) { [Mark] = taskId };

    private IAsyncEnumerable<OutputRef> OutputsOf(JsonElement stream, CancellationToken cancellation) => _inputs.OutputsAsync(_attempt.RunId, TaskOf(stream), _attempt.Place, cancellation);

    private static string TaskOf(JsonElement stream) => stream.GetProperty(Mark).GetString()!;
}
