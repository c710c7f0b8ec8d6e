using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Updraft.Operators;

/// <summary>
/// The processes of an attempt. On Linux they are those that carry its mark in their environment, those in its session or process group, and
/// all descendants of these, so that a child that left the session, or whose parent has ended, is found too. Elsewhere they are what the
/// system knows as the tree of the first process.
/// </summary>
internal sealed class ProcessTree(string attemptId, TimeProvider time)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    // A process that is just changing its program shows no environment, and one that is just born may be missed by a listing: once is no proof.
    private const int ConfirmingLooks = 2;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LaterLooks = TimeSpan.FromMilliseconds(100);
    private readonly byte[] _mark = Encoding.UTF8.GetBytes($"{ShellEnvironment.Marker}={attemptId}\0");

    /// <summary>Ends all of it: asks, waits up to <paramref name="grace"/>, then kills, and returns when nothing is left.</summary>
    /// <param name="root">The first process, leader of its session; null when only the mark is known.</param>
    /// <param name="grace">From the polite signal to the kill.</param>
    public async Task KillAsync(Process? root, TimeSpan grace)
    {
        if (!OperatingSystem.IsLinux())
        {
            await KillElsewhereAsync(root, grace);
            return;
        }
        var session = root?.Id;
        var began = time.GetTimestamp();
        var signal = SigTerm;
        var signalled = new HashSet<int>();
        var emptyLooks = 0;
        for (var look = FirstLook; ; look = look < LaterLooks ? look * 2 : LaterLooks)
        {
            var alive = Find(session);
            emptyLooks = alive.Count == 0 ? emptyLooks + 1 : 0;
            if (emptyLooks == ConfirmingLooks) return;
            if (signal == SigTerm && time.GetElapsedTime(began) >= grace) signal = SigKill;
            foreach (var pid in alive.Where(pid => signal == SigKill || signalled.Add(pid)))
            {
                _ = Kill(pid, signal);
                if (signal == SigTerm) _ = Kill(pid, SigCont);
            }
            await Task.Delay(look, time);
        }
    }

    /// <summary>Whether anything is left in the process group of a first process that has ended; cheap, and blind to what left the group.</summary>
    public static bool IsGroupAlive(int group) => OperatingSystem.IsLinux() && Kill(-group, 0) == 0;

    /// <summary>Ids of the live processes.</summary>
    internal IReadOnlyCollection<int> Find(int? session)
    {
        var found = new HashSet<int>();
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId) continue;
            if (ReadStat(pid) is not { } stat) continue;
            parents[pid] = stat.Parent;
            if (stat.Session == session || stat.Group == session || IsMarked(pid)) found.Add(pid);
        }
        for (var before = -1; before < found.Count;)
        {
            before = found.Count;
            foreach (var (pid, parent) in parents)
            {
                if (found.Contains(parent)) found.Add(pid);
            }
        }
        return found;
    }

    private async Task KillElsewhereAsync(Process? root, TimeSpan grace)
    {
        if (root is null || root.HasExited) return;
        if (!OperatingSystem.IsWindows()) _ = Kill(root.Id, SigTerm);
        using var waiting = new CancellationTokenSource(OperatingSystem.IsWindows() ? TimeSpan.Zero : grace, time);
        try
        {
            await root.WaitForExitAsync(waiting.Token);
        }
        catch (OperationCanceledException)
        {
            root.Kill(entireProcessTree: true);
            await root.WaitForExitAsync(CancellationToken.None);
        }
    }

    private bool IsMarked(int pid) => Read($"/proc/{pid}/environ") is { } environment && Contains(environment, _mark);

    private static bool Contains(byte[] environment, byte[] mark)
    {
        var at = environment.AsSpan().IndexOf(mark);
        return at == 0 || (at > 0 && environment[at - 1] == 0);
    }

    // pid (name) state parent group session …; the name may hold anything, so what follows its last parenthesis counts. A zombie is dead.
    private static (int Parent, int Group, int Session)? ReadStat(int pid)
    {
        if (Read($"/proc/{pid}/stat") is not { } content) return null;
        var text = Encoding.ASCII.GetString(content);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : (Number(fields[1]), Number(fields[2]), Number(fields[3]));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // Processes come and go while they are looked at, and those of others may not be read: neither is of the attempt.
    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
