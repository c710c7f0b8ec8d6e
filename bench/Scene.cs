using Updraft.Dags;

namespace Updraft.Bench;

/// <summary>A shape of work, and how it is started.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Dag">The DAG.</param>
/// <param name="Runs">Runs of it, all started at once.</param>
/// <param name="Tasks">Task instances of one run.</param>
/// <param name="Depth">Task instances on the longest path of one run.</param>
/// <param name="OneByOne">Runs made one after the other before, for the latency of one; 0 for none.</param>
internal sealed record Scene(string Name, DagSpec Dag, int Runs, int Tasks, int Depth, int OneByOne = 0);
