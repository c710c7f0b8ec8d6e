using System.Globalization;
using System.Text;
using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>Makes this process the one owner of a data folder, for as long as it lives or until disposed.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockFile = "updraft.lock";
    private const string PidFile = "updraft.pid";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        FileStream file;
        try
        {
            // Not shared: an exclusive lock that the system drops with the process.
            file = new(Path.Combine(folder, LockFile), PrivateFiles.Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException exception) when (IsTaken(exception))
        {
            throw new UpdraftException(EngineErrors.FolderOwned,
                $"the data folder '{folder}' is in use by process {OwnerOf(folder)}; stop it, or name another folder", exception);
        }
        using var pid = new FileStream(Path.Combine(folder, PidFile), PrivateFiles.Options(FileMode.Create, FileShare.ReadWrite));
        pid.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return new(file);
    }

    public void Dispose() => _file.Dispose();

    private static bool IsTaken(IOException exception)
    {
        const int linux = 11, mac = 35, windows = unchecked((int)0x80070020);
        return exception.HResult == (OperatingSystem.IsWindows() ? windows : OperatingSystem.IsMacOS() ? mac : linux);
    }

    private static string OwnerOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, PidFile));
        }
        catch (FileNotFoundException)
        {
            return "(not known yet)";
        }
    }
}
