namespace Updraft.Operators;

/// <summary>
/// A folder for one attempt. Its path depends on the attempt alone, so that an attempt that starts again after a crash finds what the
/// execution before it left.
/// </summary>
public sealed class ScratchFolder(string path)
{
    private readonly Lock _lock = new();
    private bool _made;

    /// <summary>Whether an earlier execution of the same attempt left its folder: it did not end in order, and its processes may be alive.</summary>
    public bool WasLeft { get; } = Directory.Exists(path);

    /// <summary>The folder, made empty when first asked for; readable by its owner alone.</summary>
    public string Path
    {
        get
        {
            lock (_lock)
            {
                if (!_made) Make();
                return path;
            }
        }
    }

    /// <summary>Deletes the folder and all in it.</summary>
    internal void Delete()
    {
        lock (_lock)
        {
            if (_made || WasLeft) Directory.Delete(path, recursive: true);
            _made = false;
        }
    }

    private void Make()
    {
        if (WasLeft) Directory.Delete(path, recursive: true);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _made = true;
    }
}
