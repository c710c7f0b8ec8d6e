namespace Updraft.Dags;

/// <summary>
/// A value that a template reads from outside. Two that read the same are equal, wherever they stand. Members and indexes that follow, as
/// <c>.x</c> in <c>item.x</c>, are not part of it, except the first of <c>params</c>, <c>conf</c>, <c>run.labels</c>, <c>about</c>,
/// <c>var</c> and <c>secrets</c>.
/// </summary>
/// <param name="Root">What is read.</param>
/// <param name="Name">
/// Which one: the name of a param, conf entry, label, member of <c>about</c>, variable or secret; the task id or the map region as the author wrote it. Null for the
/// whole of <c>params</c>, <c>conf</c>, <c>run.labels</c> and <c>about</c>, for the innermost map region, and for roots that have only one.
/// </param>
/// <param name="Key">The map key, for <see cref="TemplateRoot.InstanceOutput"/>; null otherwise.</param>
public sealed record TemplateReference(TemplateRoot Root, string? Name = null, string? Key = null)
{
    /// <summary>The reference as an author would write it.</summary>
    public override string ToString() => TemplateRoots.Write(this);
}

/// <summary>What a template can read.</summary>
public enum TemplateRoot
{
    /// <summary><c>params.X</c>: the conf with the params' defaults.</summary>
    Params,

    /// <summary><c>conf.X</c>: the conf as given.</summary>
    Conf,

    /// <summary><c>tasks.ID.output</c>: the output of the one instance that the reader sees.</summary>
    Output,

    /// <summary><c>tasks.ID.outputs</c>: the list of the outputs of all mapped instances.</summary>
    Outputs,

    /// <summary><c>tasks.ID['KEY'].output</c>: the output of one mapped instance.</summary>
    InstanceOutput,

    /// <summary><c>run.id</c>.</summary>
    RunId,

    /// <summary><c>run.dag</c>.</summary>
    RunDag,

    /// <summary><c>run.triggered_by</c>.</summary>
    RunTriggeredBy,

    /// <summary><c>run.labels.X</c>.</summary>
    RunLabels,

    /// <summary><c>task.id</c>: full id of the task that reads.</summary>
    TaskId,

    /// <summary><c>task.try</c>: its try, from 1.</summary>
    TaskTry,

    /// <summary><c>logical_date</c>, and <c>ds</c>, its date in UTC.</summary>
    LogicalDate,

    /// <summary><c>data_interval.start</c>.</summary>
    DataIntervalStart,

    /// <summary><c>data_interval.end</c>.</summary>
    DataIntervalEnd,

    /// <summary><c>item</c> or <c>map.REGION.item</c>.</summary>
    Item,

    /// <summary><c>key</c> or <c>map.REGION.key</c>.</summary>
    Key,

    /// <summary><c>index</c> or <c>map.REGION.index</c>.</summary>
    Index,

    /// <summary><c>secrets.NAME</c>.</summary>
    Secret,

    /// <summary><c>var.NAME</c>: a variable of the environment.</summary>
    Variable,

    /// <summary><c>run.business_key</c>.</summary>
    RunBusinessKey,

    /// <summary><c>run.note</c>.</summary>
    RunNote,

    /// <summary><c>run.dataset_events</c>: ids of the dataset successes that started the run.</summary>
    RunDatasetEvents,

    /// <summary><c>run.previous</c>: id of the run of the tick before.</summary>
    RunPrevious,

    /// <summary><c>partition</c>: the partition that the run is of.</summary>
    Partition,

    /// <summary><c>about.X</c>: what a callback is about.</summary>
    About,
}
