namespace Updraft.Dags;

/// <summary>One way in which a value does not fit its schema, or a schema is wrong.</summary>
/// <param name="Path">Within the value or schema, as in <c>env.DAY</c> or <c>args[0]</c>; empty for the whole.</param>
/// <param name="Message">What is wrong and what to do, in one line.</param>
public sealed record SchemaProblem(string Path, string Message);
