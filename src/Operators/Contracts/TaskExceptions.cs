using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Thrown by a task to end itself as skipped.</summary>
/// <param name="reason">Why, in a line.</param>
public sealed class SkipTaskException(string reason) : Exception(reason);

/// <summary>Thrown by a task to fail without further retries.</summary>
/// <param name="reason">Why, in a line.</param>
/// <param name="code">A stable code of the failure. Default <c>UPD4002</c>.</param>
/// <param name="inner">What caused it; null for nothing.</param>
public sealed class FailTaskException(string reason, string code = OperatorErrors.TaskFailed, Exception? inner = null) : UpdraftException(code, reason, inner);
