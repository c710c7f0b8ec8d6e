namespace Updraft.Operators;

/// <summary>The live log of an attempt. What is written is readable within about a second, and secrets in it are replaced. Safe for use by many threads.</summary>
public interface ITaskLog
{
    /// <summary>Appends bytes of UTF-8 as they are; waits while more is buffered than should be.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default);

    /// <summary>Appends a line.</summary>
    void WriteLine(string line);
}
