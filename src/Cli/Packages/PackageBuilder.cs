using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// Makes a package of a DAG folder: its C# project, built and inspected, and its other files. A package lies in
/// <c>packages/&lt;hash&gt;</c> of the data folder and never changes; <c>builds/&lt;hash of the sources&gt;</c> names the package that these
/// sources made, so that nothing is built twice.
/// </summary>
public sealed class PackageBuilder
{
    private readonly string _data;
    private readonly PackageFolders _packages;
    private readonly ProjectBuild _build;
    private readonly PackageInspector _inspector;

    /// <summary>Creates a builder.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="inspect">Program and arguments that inspect an assembly; null for the hidden command of the program that runs.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public PackageBuilder(string dataFolder, IReadOnlyList<string>? inspect = null, TimeProvider? time = null)
    {
        _data = Path.GetFullPath(dataFolder);
        _packages = new PackageFolders(PackagesOf(dataFolder));
        _build = new ProjectBuild(Path.GetDirectoryName(typeof(IOperator).Assembly.Location)!);
        _inspector = new PackageInspector(inspect ?? PackageInspector.OwnCommand, time ?? TimeProvider.System);
    }

    /// <summary>Where the packages of a data folder lie.</summary>
    public static string PackagesOf(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "packages");

    /// <summary>Makes the package of a folder, or finds the one that the same sources made before.</summary>
    /// <param name="folder">The DAG folder.</param>
    /// <param name="progress">Told what is done, a line each; null to tell nobody.</param>
    /// <param name="cancellation">Ends the build.</param>
    /// <exception cref="UpdraftException">The folder is too large, does not build, or its code cannot be inspected.</exception>
    public async Task<BuiltPackage> BuildAsync(string folder, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var files = FolderFiles.Of(Path.GetFullPath(folder), without: _data);
        var sources = await files.HashAsync(Contracts, cancellation);
        if (await FindAsync(sources, cancellation) is { } found) return found;
        var work = Path.Combine(_data, "builds", $"tmp-{Guid.NewGuid():N}");
        try
        {
            var package = Path.Combine(work, "package");
            var description = files.Project is { } project ? await BuildAsync(files, project, work, package, progress, cancellation) : new PackageDescription();
            await files.CopyAsync(Path.Combine(package, DagPackage.FilesFolder), file => !IsSource(file), cancellation);
            await WriteAsync(Path.Combine(package, DagPackage.DescriptionFile), JsonSerializer.SerializeToUtf8Bytes(description, OrchestrationJson.Options), cancellation);
            if (await FolderFiles.Of(files.Folder, without: _data).HashAsync(Contracts, cancellation) != sources)
            {
                throw new UpdraftException(OperatorErrors.Package, $"{folder} changed while it was made into a package: try again");
            }
            var hash = await PlaceAsync(package, cancellation);
            await WriteAsync(PlaceOf(sources), System.Text.Encoding.ASCII.GetBytes(hash), cancellation);
            return new BuiltPackage(hash, description);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Names the contracts that the code is built against: with another Updraft, it is built again.</summary>
    private static string Contracts => $"{typeof(DagSpec).Module.ModuleVersionId} {typeof(AttemptRequest).Module.ModuleVersionId} {typeof(IOperator).Module.ModuleVersionId}";

    private async Task<BuiltPackage?> FindAsync(string sources, CancellationToken cancellation)
    {
        if (!File.Exists(PlaceOf(sources))) return null;
        var hash = await File.ReadAllTextAsync(PlaceOf(sources), cancellation);
        return hash.Length == 64 && Directory.Exists(_packages.FolderOf(hash)) ? new BuiltPackage(hash, (await _packages.GetAsync(hash, cancellation)).Description) : null;
    }

    private async Task<PackageDescription> BuildAsync(FolderFiles files, string project, string work, string package, Action<string>? progress, CancellationToken cancellation)
    {
        var sources = Path.Combine(work, "sources");
        var bin = Path.Combine(package, DagPackage.BinFolder);
        await files.CopyAsync(sources, _ => true, cancellation);
        // Whatever lies above the data folder has no say in the build.
        foreach (var above in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            await File.WriteAllTextAsync(Path.Combine(work, above), "<Project />", cancellation);
        }
        progress?.Invoke($"building {project}");
        var assembly = await _build.BuildAsync(sources, project, bin, files.Folder, cancellation);
        progress?.Invoke($"inspecting {Path.GetFileName(assembly)}");
        return await _inspector.InspectAsync(assembly, cancellation);
    }

    private async Task<string> PlaceAsync(string package, CancellationToken cancellation)
    {
        var hash = await FolderFiles.Of(package).HashAsync("", cancellation);
        var place = _packages.FolderOf(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        try
        {
            if (!Directory.Exists(place)) Directory.Move(package, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another process placed the same package first.
        }
        return hash;
    }

    private string PlaceOf(string sources) => Path.Combine(_data, "builds", sources);

    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await file.WriteAsync(content, cancellation);
        file.Flush(flushToDisk: true);
    }

    // What the assembly was built of is in the assembly.
    private static bool IsSource(FolderFile file) => file.Path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase);
}
