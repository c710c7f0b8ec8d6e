using System.Text;

namespace Updraft.Operators.Tests;

/// <summary>A log in which one can wait for a function to say that it is hanging.</summary>
internal sealed class HangingLog : ITaskLog
{
    private string _text = "";

    public TaskCompletionSource Hanging { get; } = new();

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        _text += Encoding.UTF8.GetString(bytes.Span);
        if (_text.Contains("hanging", StringComparison.Ordinal)) Hanging.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public void WriteLine(string line)
    {
    }
}
