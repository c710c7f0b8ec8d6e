namespace Updraft.Dags;

/// <summary>Paths of files within a DAG's folder.</summary>
internal static class FolderPath
{
    /// <summary>What <paramref name="path"/> means to a file of the folder; null when it leads out of the folder or is no relative path.</summary>
    public static string? Resolve(string from, string path)
    {
        if (path.Length is 0 or > 500 || path[0] is '/' or '~' || path.Any(c => c is '\\' or ':' || char.IsControl(c))) return null;
        var steps = new Stack<string>(from.Split('/')[..^1]);
        foreach (var step in path.Split('/'))
        {
            if (step is "" or ".") continue;
            if (step != "..") steps.Push(step);
            else if (!steps.TryPop(out _)) return null;
        }
        return steps.Count == 0 ? null : string.Join('/', steps.Reverse());
    }
}
