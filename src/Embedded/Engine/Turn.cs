namespace Updraft.Embedded;

/// <summary>What history holds of a turn: what came, and what the code asked for, so that a replay can be compared.</summary>
/// <param name="Time">The turn's time, in UTC.</param>
/// <param name="Received">What came, in order.</param>
/// <param name="Digest">Kinds and names of what the code asked for, in order.</param>
internal sealed record Turn(DateTime Time, IReadOnlyList<Received> Received, IReadOnlyList<string> Digest);

/// <summary>Something that came to an instance.</summary>
internal abstract record Received;

/// <summary>An activity returned.</summary>
internal sealed record ActivityReturned(int Seq, ReadOnlyMemory<byte> Result) : Received;

/// <summary>An activity threw.</summary>
internal sealed record ActivityThrew(int Seq, string Type, string Text) : Received;

/// <summary>A timer fired.</summary>
internal sealed record TimerFired(int Seq) : Received;

/// <summary>An event came.</summary>
internal sealed record EventCame(string Name, ReadOnlyMemory<byte> Payload) : Received;

/// <summary>Something that the code of an orchestrator asked for.</summary>
internal abstract record Asked;

/// <summary>An activity is to run.</summary>
internal sealed record AskedActivity(int Seq, string Name, byte[]? Input) : Asked;

/// <summary>A timer is to fire.</summary>
internal sealed record AskedTimer(int Seq, DateTime At) : Asked;

/// <summary>A timer is to fire no more.</summary>
internal sealed record AskedNoTimer(int Seq) : Asked;
