using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Where tasks and groups are added: a DAG, or a group of it.</summary>
public interface ITaskScope
{
    /// <summary>The DAG that is being built.</summary>
    internal DagBuilder Dag { get; }

    /// <summary>Full id of the group; null at the top.</summary>
    internal string? Scope { get; }
}

/// <summary>Adds tasks and groups.</summary>
public static class TaskScopes
{
    /// <summary>Adds a task that any operator does.</summary>
    /// <param name="scope">The DAG or group.</param>
    /// <param name="name">The task's own name, <c>[A-Za-z0-9_-]{1,64}</c>.</param>
    /// <param name="operator">The operator, as in <c>shell</c>.</param>
    /// <param name="with">
    /// The operator's fields: an object whose members are written in snake case (those without lower-case letters as they are), a dictionary or a <see cref="JsonElement"/>. Strings may hold
    /// templates. Null for none.
    /// </param>
    public static TaskNode Task(this ITaskScope scope, string name, string @operator, object? with = null) =>
        scope.Dag.Add(new TaskNode(scope.Dag, scope.Scope, name, @operator, BuilderJson.Object(with)));

    /// <summary>Adds a task that runs a shell script.</summary>
    /// <param name="scope">The DAG or group.</param>
    /// <param name="name">The task's own name, <c>[A-Za-z0-9_-]{1,64}</c>.</param>
    /// <param name="script">The script; taken as it is, so that values reach it as environment variables, never as text of the script.</param>
    /// <param name="env">Environment variables; values may hold templates. Null for none.</param>
    public static TaskNode Shell(this ITaskScope scope, string name, string script, object? env = null) =>
        scope.Task(name, "shell", env is null ? new { script } : new { script, env });

    /// <summary>Adds a group.</summary>
    /// <param name="scope">The DAG or the enclosing group.</param>
    /// <param name="name">The group's own name, <c>[A-Za-z0-9_-]{1,64}</c>.</param>
    /// <param name="members">Adds what belongs to it; null to add it by the group that is returned.</param>
    public static GroupNode Group(this ITaskScope scope, string name, Action<GroupNode>? members = null)
    {
        var group = scope.Dag.Add(new GroupNode(scope.Dag, scope.Scope, name));
        members?.Invoke(group);
        return group;
    }
}
