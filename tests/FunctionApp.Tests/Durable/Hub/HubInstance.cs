using System.Text;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Updraft.FunctionApp.Tests;

/// <summary>An instance of a task hub. Only what the hub's gate guards.</summary>
internal sealed class HubInstance(string id, string name, string? input, StartOrchestrationOptions options, DateTimeOffset created)
{
    public string Id => id;

    public string Name => name;

    public string Version => options.Version?.Version ?? "";

    public int Execution { get; private set; } = 1;

    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Pending;

    public DateTimeOffset Updated { get; set; }

    public string? Output { get; set; }

    public string? CustomStatus { get; set; }

    public TaskFailureDetails? Failure { get; set; }

    public string? Input { get; private set; } = input;

    /// <summary>What this execution has been through.</summary>
    public List<HistoryEvent> History { get; } = [];

    /// <summary>How many of <see cref="History"/> are more than the begin or end of a turn.</summary>
    public int HistoryEvents { get; private set; }

    /// <summary>Bytes of all inputs and results in <see cref="History"/>.</summary>
    public long HistoryBytes { get; private set; }

    /// <summary>What has come and waits for a turn.</summary>
    public List<HistoryEvent> Come { get; } = [new ExecutionStarted(input)];

    /// <summary>Whether a turn is being taken.</summary>
    public bool IsBusy { get; set; }

    public bool HasEnded => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    public bool CanTurn => !IsBusy && !HasEnded && Status != OrchestrationRuntimeStatus.Suspended && Come.Count > 0;

    /// <summary>Adds a turn to the history.</summary>
    public void Record(IEnumerable<HistoryEvent> turn)
    {
        foreach (var each in turn)
        {
            History.Add(each);
            if (each is not (TurnBegan or TurnEnded)) HistoryEvents++;
            HistoryBytes += BytesOf(each);
        }
    }

    /// <summary>Begins the next execution with what is kept of the events.</summary>
    public void Again(string next, IEnumerable<HistoryEvent> kept)
    {
        Execution++;
        Input = next;
        History.Clear();
        (HistoryEvents, HistoryBytes) = (0, 0);
        var events = kept.ToList();
        Come.Clear();
        Come.Add(new ExecutionStarted(next));
        Come.AddRange(events);
    }

    public OrchestrationMetadata Metadata(bool payloads) => new(name, id)
    {
        RuntimeStatus = Status,
        CreatedAt = created,
        LastUpdatedAt = Updated > created ? Updated : created,
        SerializedInput = payloads ? Input : null,
        SerializedOutput = payloads ? Output : null,
        SerializedCustomStatus = payloads ? CustomStatus : null,
        FailureDetails = Failure,
        Tags = options.Tags,
    };

    private static long BytesOf(HistoryEvent each) => each switch
    {
        TaskScheduled scheduled => Encoding.UTF8.GetByteCount(scheduled.Input),
        TaskCompleted completed => completed.Bytes,
        EventRaised raised => Encoding.UTF8.GetByteCount(raised.Input),
        ExecutionStarted started => started.Input is { } json ? Encoding.UTF8.GetByteCount(json) : 0,
        _ => 0,
    };
}
