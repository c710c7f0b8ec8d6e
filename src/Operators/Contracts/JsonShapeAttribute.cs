namespace Updraft.Operators;

/// <summary>The JSON schema of a type that is written in forms of its own, as an element of a field.</summary>
/// <param name="schema">The schema.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class JsonShapeAttribute(string schema) : Attribute
{
    /// <summary>The schema.</summary>
    public string Schema { get; } = schema;
}
