namespace Updraft.Dags;

/// <summary>Which task or group a name in <c>after</c> means. A leading dot says that the name is a full id.</summary>
internal static class NodeNames
{
    /// <summary>The full id, or null when nothing of that name is known.</summary>
    public static string? Resolve(string name, string? group, Func<string, bool> isKnown) => name.StartsWith('.')
        ? isKnown(name[1..]) ? name[1..] : null
        : TaskNames.Resolve(name, group, isKnown);

    /// <summary>The name under which a reader in <paramref name="group"/> finds <paramref name="id"/>: the full id, with a dot before it where a nearer one hides it.</summary>
    public static string Write(string id, string? group, Func<string, bool> isKnown) =>
        TaskNames.Resolve(id, group, isKnown) is { } found && found != id ? "." + id : id;
}
