using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Input of <see cref="ActivityNames.RecordDatasets"/>: what a task has made. The same success recorded twice counts once.</summary>
/// <param name="RunId">The run.</param>
/// <param name="TaskId">Full id of the task.</param>
/// <param name="Place">Slots of its maps, outermost first, joined by <c>/</c>; empty for a plain task.</param>
/// <param name="Try">The try that succeeded, from 1.</param>
/// <param name="Outputs">What it made, with its templates resolved.</param>
/// <param name="At">When it succeeded.</param>
public sealed record RecordDatasets(string RunId, string TaskId, string Place, int Try, ImmutableArray<DatasetOutput> Outputs, DateTimeOffset At);
