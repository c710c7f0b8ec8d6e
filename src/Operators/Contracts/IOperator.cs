using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// What does the work of a task. It is one of three kinds: <see cref="IRunOperator"/>, <see cref="IJobOperator"/>, <see cref="ISensorOperator"/>.
/// One instance serves all attempts of a host, at the same time, so it keeps nothing of an attempt in itself.
/// </summary>
public interface IOperator
{
    /// <summary>What is known of it without running it.</summary>
    OperatorManifest Manifest { get; }
}
