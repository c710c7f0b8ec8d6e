using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What an attempt is, and where it may write.</summary>
public sealed record TaskContext
{
    /// <summary>Names the try; the same through every repetition after a crash, and no other try has it. Name what is created outside after it.</summary>
    public required string AttemptId { get; init; }

    /// <summary>The run: its id, DAG, conf, params, logical date, data interval, labels.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>Full id of the task.</summary>
    public required string TaskId { get; init; }

    /// <summary>The try, from 1.</summary>
    public required int Try { get; init; }

    /// <summary>Map keys of the instance, outermost first; empty for a plain task.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The innermost map key; null for a plain task.</summary>
    public string? Key => Keys.IsEmpty ? null : Keys[^1];

    /// <summary>The task's live log, for bytes and lines as they come.</summary>
    public required ITaskLog Log { get; init; }

    /// <summary>The task's live log, for structured messages.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>A folder of this attempt alone, made when first asked for and deleted at its end.</summary>
    public required ScratchFolder Scratch { get; init; }

    /// <summary>Files that the run leaves behind, as a report.</summary>
    public required RunFiles Files { get; init; }

    /// <summary>Looks a connection up by its name; its password and token are hidden in the log and in messages from then on.</summary>
    public required Func<string, CancellationToken, Task<Connection>> Connect { get; init; }

    /// <summary>What the work is to run on, its templates evaluated. Default: nothing is asked for.</summary>
    public ComputeProfile Compute { get; init; } = new();

    /// <summary>Whether a text holds a secret that is hidden in the log, so that it must not be stored or shown elsewhere either. Default: none does.</summary>
    public Func<string, bool> HoldsSecret { get; init; } = static _ => false;
    /// <summary>A text without what must not be shown, for what is kept beside the log.</summary>
    internal Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>The DAG's package, with its files and code; null when the DAG has none.</summary>
    public DagPackage? Package { get; init; }

    /// <summary>Files and folders that tasks hand over.</summary>
    /// <exception cref="InvalidOperationException">The operator is called without an attempt, as in a test of one operator.</exception>
    public TaskArtifacts Artifacts
    {
        get => field ?? throw new InvalidOperationException("this task is run without a store of artifacts");
        init;
    }

    /// <summary>Outputs of mapped tasks, as streams.</summary>
    /// <exception cref="InvalidOperationException">The operator is called without an attempt, as in a test of one operator.</exception>
    public MappedOutputs Outputs
    {
        get => field ?? throw new InvalidOperationException("this task is run without a run whose outputs could be read");
        init;
    }

    /// <summary>The attempt's output before its end is told.</summary>
    internal KeptOutputs Kept
    {
        get => field ?? throw new InvalidOperationException("this task is run without a store of outputs");
        init;
    }

    /// <summary>Other runs, and events.</summary>
    /// <exception cref="InvalidOperationException">Attempts are made without a host of runs, as in a test of one operator.</exception>
    public RunControl Control
    {
        get => field ?? throw new InvalidOperationException("this task is run without a host of runs");
        init;
    }
}
