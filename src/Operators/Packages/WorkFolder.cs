namespace Updraft.Operators;

/// <summary>
/// A folder for work in a folder that processes share. It goes with its owner: at the end of the work, or, when the owner was killed, with the next sweep
/// of another. A lock of the system beside it, which dies with the owner, tells them apart.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "tmp-";
    private const string Lock = ".lock";

    private readonly FileStream _held;

    private WorkFolder(string path, FileStream held) => (Path, _held) = (path, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    public static WorkFolder In(string root)
    {
        Directory.CreateDirectory(root);
        var path = System.IO.Path.Combine(root, Prefix + Guid.NewGuid().ToString("N"));
        var work = new WorkFolder(path, Hold(path, FileMode.CreateNew));
        Directory.CreateDirectory(path);
        return work;
    }

    /// <summary>Makes a file that goes in the same way.</summary>
    public static FileStream FileIn(string root)
    {
        Directory.CreateDirectory(root);
        return Hold(System.IO.Path.Combine(root, Prefix + Guid.NewGuid().ToString("N")), FileMode.CreateNew);
    }

    /// <summary>Removes those whose owners are gone.</summary>
    public static void Sweep(string root)
    {
        if (!Directory.Exists(root)) return;
        var paths = Directory.EnumerateFileSystemEntries(root, Prefix + "*").Select(path => path.EndsWith(Lock, StringComparison.Ordinal) ? path[..^Lock.Length] : path);
        foreach (var path in paths.Distinct(StringComparer.Ordinal).ToList())
        {
            FileStream held;
            try
            {
                held = Hold(path, FileMode.OpenOrCreate);
            }
            catch (IOException)
            {
                // Its owner is at work, or another process sweeps it.
                continue;
            }
            new WorkFolder(path, held).Dispose();
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        _held.Dispose();
    }

    private static FileStream Hold(string path, FileMode mode) => new(path + Lock, mode, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
