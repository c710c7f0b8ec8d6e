namespace Updraft.Embedded;

/// <summary>What is put to an instance in memory.</summary>
internal abstract record InstanceMessage;

/// <summary>Something for its code; dropped when it is for another execution.</summary>
/// <param name="N">The instance's number.</param>
/// <param name="Execution">The execution it is for.</param>
/// <param name="What">What came.</param>
internal sealed record Delivery(long N, int Execution, Received What) : InstanceMessage;

/// <summary>An event, answered once it is stored, or nobody is there to take it.</summary>
internal sealed record Raised(EventCame Event, TaskCompletionSource Answer) : InstanceMessage;

/// <summary>Come into memory, read the inbox, and go on.</summary>
internal sealed record Continue : InstanceMessage
{
    public static readonly Continue Message = new();
}

/// <summary>Take a turn with what has come.</summary>
internal sealed record GoOn : InstanceMessage
{
    public static readonly GoOn Message = new();
}

/// <summary>A repair, answered once it is stored.</summary>
internal sealed record Repair(RepairKind Kind, string? Reason, TaskCompletionSource Answer) : InstanceMessage;

/// <summary>Kinds of repair.</summary>
internal enum RepairKind
{
    Suspend,
    Resume,
    Terminate,
}
