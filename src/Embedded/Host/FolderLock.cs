using System.Globalization;
using System.Text;
using Updraft.Dags;

namespace Updraft.Embedded;

/// <summary>Makes this process the one owner of a data folder, for as long as it lives or until disposed.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = "updraft.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            // Not shared: an exclusive lock that the system drops with the process.
            var file = new FileStream(path, PrivateFiles.Options(FileMode.OpenOrCreate, FileShare.None));
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new(file);
        }
        catch (IOException exception) when (OwnerOf(path) is { } owner)
        {
            throw new UpdraftException(EngineErrors.FolderOwned,
                $"the data folder '{folder}' is in use by process {owner}; stop it, or name another folder", exception);
        }
        catch (Exception exception) when (StorageFailures.Of(exception, folder) is { } failure)
        {
            throw failure;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string? OwnerOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd() is { Length: > 0 } pid ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
