namespace Updraft.Operators;

/// <summary>Names an operator. Its description comes from <see cref="System.ComponentModel.DescriptionAttribute"/>.</summary>
/// <param name="name">The name in a DAG, <c>[a-z0-9_.-]{1,64}</c>, as in <c>shell</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OperatorAttribute(string name) : Attribute
{
    /// <summary>The name in a DAG.</summary>
    public string Name { get; } = name;

    /// <summary>What a host must have to offer it, as in <c>process</c>. Empty by default: any host will do.</summary>
    public string[] Needs { get; init; } = [];

    /// <summary>Fields of a compute profile that it honours, as in <c>memory_mb</c>; others are refused when a DAG is validated. Null for no check.</summary>
    public string[]? Compute { get; init; }
}

/// <summary>The strings of this field are taken as they are: no templates.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RawAttribute : Attribute;

/// <summary>
/// Where <c>{{ tasks.ID.outputs }}</c> stands alone in this field, it is handed over as a token that <see cref="TaskContext.Outputs"/> reads as a
/// stream, and not as the list.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StreamsAttribute : Attribute;

/// <summary>This field names a file, relative to the DAG's folder. That it is there is held where the folder is at hand, as by <c>updraft validate</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DagFileAttribute : Attribute;

/// <summary>This field is never shown: its strings are replaced in logs and messages.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>
/// Of these fields exactly one is given. On the record of an operator's fields; held when a DAG is validated, and before every attempt, where a
/// field whose template yields null is not given.
/// </summary>
/// <param name="fields">Their names, as in <c>script</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExactlyOneAttribute(params string[] fields) : Attribute
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Fields { get; } = fields;
}

/// <summary>Where one of some fields is given, another must be too. On the record of an operator's fields; held when a DAG is validated.</summary>
/// <param name="field">The field that must be there, as in <c>files</c>.</param>
/// <param name="with">The fields that want it, as in <c>inputs</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiredWithAttribute(string field, params string[] with) : Attribute
{
    /// <summary>The field that must be there.</summary>
    public string Field { get; } = field;

    /// <summary>The fields that want it.</summary>
    public IReadOnlyList<string> With { get; } = with;
}
