using System.Xml.Linq;

namespace Updraft.Surroundings;

/// <summary>The repository as files, found from where the tests run.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static bool Has(string relative) => File.Exists(PathOf(relative.Split('/')));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative.Split('/')));

    /// <summary>Files below a folder that belong to the repository, as paths from the root with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or ".updraft"))
            .Order(StringComparer.Ordinal)];

    /// <summary>Names of the projects that a project references.</summary>
    public static IReadOnlyList<string> ReferencesOf(string project) =>
        [.. XDocument.Load(PathOf(project.Split('/'))).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];

    /// <summary>Names of the packages that a project references.</summary>
    public static IReadOnlyList<string> PackagesOf(string project) =>
        [.. XDocument.Load(PathOf(project.Split('/'))).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value)];

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Functions.sln")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Functions.sln above the tests"));
}
