using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A run of a DAG that comes with the request, and need not be published.</summary>
internal sealed record TriggerRequest
{
    /// <summary>The DAG in its canonical JSON.</summary>
    public required JsonElement Spec { get; init; }

    /// <summary>Manifests of the operators that it uses.</summary>
    public required ImmutableArray<OperatorManifest> Operators { get; init; }

    /// <summary>Hash of its package, which lies in the data folder; null when there is none.</summary>
    public string? Package { get; init; }

    /// <summary>What the run is given.</summary>
    public required RunGiven Run { get; init; }

    /// <summary>The one task that is run without the others; null for the whole DAG.</summary>
    public string? Alone { get; init; }

    public TriggerRun ToTrigger() => Run.SetOn(new TriggerRun { Dag = DagJson.Parse(Spec.GetRawText()), Operators = Operators, Package = Package });
}

/// <summary>A run of a published DAG.</summary>
/// <param name="Dag">The DAG or experiment.</param>
/// <param name="Version">Hash of a version, or how it begins; null for the current one.</param>
/// <param name="Run">What the run is given.</param>
/// <param name="Alone">The one task that is run without the others; null for the whole DAG.</param>
internal sealed record TriggerPublished(string Dag, string? Version, RunGiven Run, string? Alone = null);

/// <summary>What a run is given on the command line.</summary>
internal sealed record RunGiven
{
    /// <summary>Its id; null for a new one.</summary>
    public string? RunId { get; init; }

    /// <summary>Its conf, a JSON object.</summary>
    public required JsonElement Conf { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Why the run is asked for; null when nothing was said.</summary>
    public string? Note { get; init; }

    /// <summary>What the run is about; null for what the DAG's template says.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    public TriggerRun SetOn(TriggerRun run) => run with { RunId = RunId, Conf = Conf, Labels = Labels, Note = Note, BusinessKey = BusinessKey, TriggeredBy = By };
}

/// <summary>What became of a trigger.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Dag">Its DAG.</param>
/// <param name="Created">False when a run of this id was there before.</param>
/// <param name="Driven">Whether a process drives it now.</param>
internal sealed record TriggerAnswer(string RunId, string Dag, bool Created, bool Driven);

/// <summary>A command to a run.</summary>
internal sealed record RunCommand<T>(string RunId, T Command);

/// <summary>A command is stored, and will be taken.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Driven">Whether a process drives it now.</param>
internal sealed record CommandTaken(string RunId, bool Driven);

/// <summary>Waits until a run's document is another than that of a revision.</summary>
internal sealed record WaitRequest(string RunId, long Revision);

/// <summary>The run's document is worth a look.</summary>
/// <param name="Driven">Whether a process drives the run now.</param>
internal sealed record WaitAnswer(bool Driven);

/// <summary>Which run, or task of it, is to be explained.</summary>
internal sealed record ExplainRequest(string RunId, string? Task, ImmutableArray<string> Keys);
