using System.Text;

namespace Updraft.FunctionApp.Tests;

/// <summary>The largest of everything that a hub has seen, for all that runs on it.</summary>
internal sealed class HubFigures
{
    /// <summary>Events of one execution, those that begin and end turns included.</summary>
    public int HistoryRows { get; private set; }

    /// <summary>Events of one execution: what it asked for and what came.</summary>
    public int HistoryEvents { get; private set; }

    /// <summary>Bytes of the inputs and results of one execution.</summary>
    public long HistoryBytes { get; private set; }

    public long LargestInput { get; private set; }

    public long LargestResult { get; private set; }

    public int LongestId { get; private set; }

    public int Executions { get; private set; }

    public long Activities { get; private set; }

    public long Timers { get; private set; }

    public void Turn(HubInstance instance, IReadOnlyList<HistoryEvent> turn)
    {
        HistoryRows = Math.Max(HistoryRows, instance.History.Count);
        HistoryEvents = Math.Max(HistoryEvents, instance.HistoryEvents);
        HistoryBytes = Math.Max(HistoryBytes, instance.HistoryBytes);
        LongestId = Math.Max(LongestId, instance.Id.Length);
        Executions = Math.Max(Executions, instance.Execution);
        foreach (var each in turn)
        {
            switch (each)
            {
                case TimerCreated:
                    Timers++;
                    break;
                case TaskScheduled task:
                    Activities++;
                    LargestInput = Math.Max(LargestInput, Encoding.UTF8.GetByteCount(task.Input));
                    break;
                case TaskCompleted completed:
                    LargestResult = Math.Max(LargestResult, completed.Bytes);
                    break;
            }
        }
    }

    public override string ToString() =>
        $"history {HistoryEvents} events ({HistoryRows} rows, {HistoryBytes / 1024} KB), largest input {LargestInput} bytes, largest result {LargestResult} bytes, {Executions} executions, {Activities} activities, {Timers} timers, longest id {LongestId}";
}
