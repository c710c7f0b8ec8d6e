using System.Net.Sockets;
using Updraft.Dags;
using Updraft.Embedded;

namespace Updraft.Cli;

/// <summary>Looks at what a data folder needs of the machine.</summary>
internal static class FolderChecks
{
    private const long LittleSpace = 2L << 30;
    private const long NoSpace = 200L << 20;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>All findings about a folder.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="owned">Whether a process owns it.</param>
    public static IEnumerable<Finding> Of(string folder, bool owned)
    {
        if (!DataFolder.Exists(folder))
        {
            yield return Finding.Notice("data folder", $"there is no data in {folder}", $"run a DAG, or name the folder with --data or {DataFolder.Variable}");
            yield break;
        }
        yield return Writable(folder);
        if (Private(folder) is { } mode) yield return mode;
        yield return Space(folder);
        if (!owned) yield return Integrity(folder);
    }

    private static Finding Writable(string folder)
    {
        var probe = Path.Combine(folder, $"doctor-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Well("data folder", folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Wrong("data folder", $"{folder} cannot be written to: {e.Message}", $"give {Environment.UserName} the right to write there, or make space");
        }
    }

    private static Finding? Private(string folder)
    {
        if (OperatingSystem.IsWindows()) return null;
        return (File.GetUnixFileMode(folder) & Others) == 0
            ? Finding.Well("permissions", "only its user can look into the data folder")
            : Finding.Notice("permissions", $"others can look into {folder}, which holds confs, outputs and logs", $"chmod 700 '{folder}'");
    }

    private static Finding Space(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = $"{Sizes.Format(free)} are free";
        const string Fix = "make space, or keep less: see 'updraft retention run'";
        return free < NoSpace ? Finding.Wrong("disk space", text, Fix) : free < LittleSpace ? Finding.Notice("disk space", text, Fix) : Finding.Well("disk space", text);
    }

    private static Finding Integrity(string folder)
    {
        try
        {
            var says = EmbeddedReader.CheckIntegrity(folder);
            return says == "ok" ? Finding.Well("database", "SQLite finds it whole") : Finding.Wrong("database", $"SQLite finds it damaged: {says}", "stop everything that uses the folder, and go back to a backup with 'updraft restore'");
        }
        catch (UpdraftException e)
        {
            return Finding.Notice("database", $"it cannot be checked now: {e.Message}", "look again when nothing uses the folder");
        }
    }

    /// <summary>Whether time zones are known.</summary>
    public static Finding TimeZones()
    {
        try
        {
            Schedule.Create(new ScheduleSpec { Cron = "30 2 * * *", TimeZone = "Europe/Paris" });
            return Finding.Well("time zones", "they are known");
        }
        catch (UpdraftException e)
        {
            return Finding.Wrong("time zones", e.Message, "install Updraft again");
        }
    }

    /// <summary>Whether the address is free on which <c>serve</c> would listen.</summary>
    public static IEnumerable<Finding> Ports()
    {
        foreach (var url in ListenAddress.Read(null))
        {
            var port = new Uri(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal)).Port;
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Finding found;
            try
            {
                socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
                found = Finding.Well("port", $"{url} is free");
            }
            catch (SocketException e)
            {
                found = Finding.Notice("port", $"'updraft serve' cannot listen on {url}: {e.Message}", $"stop what listens there, or choose another address with --urls or {ListenAddress.Variable}");
            }
            yield return found;
        }
    }
}
