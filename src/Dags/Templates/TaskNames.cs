namespace Updraft.Dags;

/// <summary>Which task, group or map region a name means where it is read.</summary>
public static class TaskNames
{
    /// <summary>
    /// The full id that <paramref name="name"/> means to a reader in <paramref name="group"/> (null at the top): the name within the nearest
    /// enclosing group, then within the groups further out, then as a full id. Null when nothing of that name is known.
    /// </summary>
    public static string? Resolve(string name, string? group, Func<string, bool> isKnown)
    {
        for (var around = group; around is not null; around = Parent(around))
        {
            var inside = $"{around}.{name}";
            if (isKnown(inside)) return inside;
        }
        return isKnown(name) ? name : null;
    }

    /// <summary>Full id of the group that encloses a task or group; null at the top.</summary>
    public static string? Parent(string id) => id.LastIndexOf('.') is var dot and >= 0 ? id[..dot] : null;
}
