namespace Updraft.Dags;

/// <summary>One thing that is wrong with a DAG: its code, where it stands, what is wrong and what to do.</summary>
/// <param name="Code">A stable code, listed in <c>docs/errors.md</c>.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Message">What is wrong and what to do, in one line.</param>
public sealed record Problem(string Code, Place Place, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Code} {Message}";
}

/// <summary>Where a problem stands.</summary>
/// <param name="Path">The place in the DAG, as in <c>tasks.fit.with.script</c>; empty for the whole.</param>
/// <param name="File">The file, as the author named it; null when the DAG did not come from a file.</param>
/// <param name="Line">The line, from 1; null when unknown.</param>
public sealed record Place(string Path, string? File = null, int? Line = null)
{
    /// <inheritdoc/>
    public override string ToString() => (File, Line, Path) switch
    {
        (null, _, var path) => path,
        (var file, null, "") => file,
        (var file, null, var path) => $"{file} ({path})",
        (var file, var line, "") => $"{file}:{line}",
        (var file, var line, var path) => $"{file}:{line} ({path})",
    };
}
