using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>What the documents and ledgers say of a run and one of its task instances.</summary>
internal sealed record ExplainFacts
{
    public required RunView Run { get; init; }

    /// <summary>Why the run, or the part that owns the instance, was set aside; null when it was not.</summary>
    public string? SetAside { get; init; }

    /// <summary>The DAG's run slots; null when the run does not wait for one.</summary>
    public LedgerFact? RunSlots { get; init; }

    /// <summary>The task as its DAG has it; null when the run is asked about.</summary>
    public TaskSpec? Task { get; init; }

    /// <summary>How the instance stands; null when it is not there (yet).</summary>
    public InstanceDocument? Instance { get; init; }

    /// <summary>The direct upstreams.</summary>
    public ImmutableArray<UpstreamFact> Upstreams { get; init; } = [];

    /// <summary>The pools and limits that it waits at.</summary>
    public ImmutableArray<LedgerFact> Limits { get; init; } = [];

    /// <summary>The job or sensor that drives its attempt; null for none.</summary>
    public JobFact? Job { get; init; }

    /// <summary>The condition that it waits for together with others; null for none.</summary>
    public OpenCondition? Wait { get; init; }

    /// <summary>A map around the task whose list is not made; null for none.</summary>
    public ExpansionDocument? OpenMap { get; init; }

    /// <summary>Whether parts of its map have not started.</summary>
    public bool HasUnstartedParts { get; init; }

    /// <summary>Groups around the task that wait before they start again.</summary>
    public ImmutableArray<GroupDocument> Waiting { get; init; } = [];

    public string Name => Instance is { Keys.IsEmpty: false } one ? $"{one.Task}[{string.Join('/', one.Keys)}]" : Task?.Id ?? Run.Request.RunId;
}

/// <summary>How a direct upstream stands.</summary>
/// <param name="Task">Full id of the task.</param>
/// <param name="Unfinished">Its instances that have not ended; 1 for one whose list is not made.</param>
/// <param name="State">The state of an unmapped one, or of all its instances when they agree; null otherwise. In snake case.</param>
public sealed record UpstreamFact(string Task, int Unfinished, string? State);

/// <summary>How a limit stands for one who waits.</summary>
/// <param name="Name">As in <c>pool 'gpu'</c>.</param>
/// <param name="Limit">Its slots.</param>
/// <param name="Holders">Who holds slots.</param>
/// <param name="Place">The place in the queue, from 1; null when it does not stand in it.</param>
/// <param name="Waiting">How many stand in the queue.</param>
public sealed record LedgerFact(string Name, int Limit, ImmutableArray<LeaseHolder> Holders, int? Place, int Waiting);

/// <summary>The attempt of a job or sensor under way.</summary>
internal sealed record JobFact(string Operator, bool Sensor, JobState State, string? SetAside)
{
    /// <summary>What it asks people; null for nothing.</summary>
    public ApprovalQuestion? Question { get; init; }
}
