namespace Updraft.Dags;

/// <summary>Problems as a failure.</summary>
public static class Problems
{
    /// <summary>One failure that says them all, a line each: with the problem's own code when there is one, else <see cref="DagErrors.Invalid"/>.</summary>
    public static UpdraftException ToException(IReadOnlyList<Problem> problems) => problems is [var one]
        ? new UpdraftException(one.Code, one.Place.ToString() is { Length: > 0 } place ? $"{place}: {one.Message}" : one.Message)
        : new UpdraftException(DagErrors.Invalid, string.Join('\n', problems.Select(problem => problem.ToString())));
}
