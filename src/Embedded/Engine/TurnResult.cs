namespace Updraft.Embedded;

/// <summary>What came of a turn.</summary>
/// <param name="Time">The turn's time.</param>
/// <param name="Received">What was delivered.</param>
/// <param name="Asked">What the code asked for, in order.</param>
/// <param name="Digest">The same for history.</param>
/// <param name="End">How the execution ended; null while it goes on.</param>
internal sealed record TurnResult(DateTime Time, IReadOnlyList<Received> Received, IReadOnlyList<Asked> Asked, IReadOnlyList<string> Digest, ExecutionEnd? End);

/// <summary>How an execution ended.</summary>
internal abstract record ExecutionEnd;

/// <summary>The code returned.</summary>
internal sealed record ExecutionCompleted(byte[] Output) : ExecutionEnd;

/// <summary>The code threw.</summary>
internal sealed record ExecutionFailed(string Reason) : ExecutionEnd;

/// <summary>The instance starts afresh.</summary>
internal sealed record ExecutionAgain(byte[]? Input) : ExecutionEnd;
