using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>What an orchestrator's code awaits.</summary>
internal interface IAwaited
{
    void Complete(ReadOnlyMemory<byte> json);

    void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class Awaited<T> : IAwaited
{
    // Without asynchronous continuations: the code goes on within the turn that completes it.
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public void Complete(ReadOnlyMemory<byte> json)
    {
        T value;
        try
        {
            value = Payload.Read<T>(json.Span)!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            _source.TrySetException(exception);
            return;
        }
        _source.TrySetResult(value);
    }

    public void Fail(Exception exception) => _source.TrySetException(exception);

    public void Cancel(CancellationToken cancellation) => _source.TrySetCanceled(cancellation);
}

/// <summary>An activity that is awaited.</summary>
internal sealed record PendingActivity(AskedActivity Asked, IAwaited Awaited)
{
    public void Fail(string type, string text) => Awaited.Fail(new ActivityFailedException(Asked.Name, type, text));
}

/// <summary>A timer that is awaited.</summary>
internal sealed class PendingTimer(AskedTimer asked)
{
    public AskedTimer Asked => asked;

    public TaskCompletionSource Source { get; } = new();

    public CancellationTokenRegistration Registration { get; set; }
}
