using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Updraft.Embedded;

/// <summary>
/// The file system layer of SQLite with a sleep as short as is asked for. That of the bundled library was built without <c>usleep</c> and sleeps for whole
/// seconds, where a reader that finds others beginning at the same instant only means to step aside for a microsecond.
/// </summary>
internal static unsafe partial class SqliteVfs
{
    private const string Library = "e_sqlite3";
    private static readonly Lazy<string?> Registered = new(Register);

    /// <summary>Its name, to open files by; null for the library's own, where that sleeps well.</summary>
    public static string? Name => Registered.Value;

    /// <summary>Sleeps as SQLite would, and says for how many microseconds.</summary>
    public static int Sleep(int microseconds)
    {
        var vfs = Find(Name);
        return vfs->Sleep(vfs, microseconds);
    }

    private static string? Register()
    {
        if (OperatingSystem.IsWindows()) return null;
        var copy = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *copy = *Find(null);
        copy->Name = Marshal.StringToCoTaskMemUTF8("updraft");
        copy->Sleep = &SleepFor;
        var code = Register(copy, makeDefault: 0);
        return code == 0 ? "updraft" : throw new SqliteFailure(code, code, "the file system layer cannot be registered");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SleepFor(Vfs* vfs, int microseconds)
    {
        // It may end early, by a signal: whoever sleeps looks again.
        _ = USleep((uint)microseconds);
        return microseconds;
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Vfs* Find(string? name);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    private static partial int Register(Vfs* vfs, int makeDefault);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int USleep(uint microseconds);

    /// <summary><c>sqlite3_vfs</c>, version 3, as <c>sqlite3.h</c> has it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version, FileSize, LongestPath;
        public Vfs* Next;
        public nint Name, Data, Open, Delete, Access, FullPath, DlOpen, DlError, DlSym, DlClose, Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
        public nint CurrentTime, LastError, CurrentTimeInt64, SetSystemCall, GetSystemCall, NextSystemCall;
    }
}
