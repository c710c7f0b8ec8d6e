namespace Updraft.Surroundings;

/// <summary>Programs that tests start, where they are installed.</summary>
internal static class Programs
{
    /// <summary>Folders in which programs are looked for.</summary>
    public static IReadOnlyList<string> Folders { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a program is found by its name.</summary>
    public static bool Has(string name) => Folders.Any(folder => new[] { "", ".exe", ".cmd" }.Any(end => File.Exists(Path.Combine(folder, name + end))));
}
