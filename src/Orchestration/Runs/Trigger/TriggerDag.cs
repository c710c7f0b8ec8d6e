namespace Updraft.Orchestration;

/// <summary>Makes a run of the current version of a published DAG. The same id twice makes one run.</summary>
/// <param name="name">The DAG or experiment.</param>
/// <param name="set">Says what the run is given: id, conf, labels and the like.</param>
/// <param name="cancellation">Gives up.</param>
/// <exception cref="Dags.UpdraftException">The DAG is not published, the conf or the id is refused, or too many runs of it are queued.</exception>
public delegate Task<TriggeredRun> TriggerDag(string name, Func<TriggerRun, TriggerRun> set, CancellationToken cancellation);
