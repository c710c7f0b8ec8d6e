using System.Runtime.CompilerServices;

namespace Updraft.FunctionApp.Tests;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    public static string PathOf(string file) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../..", file));

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string Here([CallerFilePath] string file = "") => file;
}
