namespace Updraft.Orchestration;

/// <summary>Codes of what goes wrong with messages; <c>docs/errors.md</c> lists them.</summary>
public static class QueueErrors
{
    /// <summary>A message's id, body or properties are not what they may be.</summary>
    public const string MessageRefused = "UPD2701";

    /// <summary>A message asks for nothing that can be done.</summary>
    public const string NotUnderstood = "UPD2702";

    /// <summary>A message was received as often as it may be, and never settled.</summary>
    public const string DeliveriesUsedUp = "UPD2703";
}
