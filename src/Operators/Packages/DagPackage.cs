using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// A DAG's code and files, unpacked in a folder of this machine: <c>package.json</c>, <c>bin/</c> with its assemblies, <c>files/</c> with
/// everything else. It is named by its hash and never changes. Its assemblies are loaded when first asked for, into a context of their own.
/// </summary>
public sealed class DagPackage
{
    /// <summary>Name of the description within a package's folder.</summary>
    public const string DescriptionFile = "package.json";

    /// <summary>Name of the folder with assemblies.</summary>
    public const string BinFolder = "bin";

    /// <summary>Name of the folder with everything else.</summary>
    public const string FilesFolder = "files";

    private readonly Lazy<Assembly?> _assembly;
    private readonly Lazy<OperatorCatalog> _operators;
    private readonly ConcurrentDictionary<(string Class, string? Method), CodeTaskCall> _codeTasks = new();

    private DagPackage(string hash, string folder, PackageDescription description)
    {
        Hash = hash;
        Description = description;
        Files = Path.Combine(folder, FilesFolder);
        _assembly = new(() => description.Assembly is { } name ? PackageLoadContext.Load(hash, Path.Combine(folder, BinFolder, name)) : null);
        _operators = new(() => Assembly is { } assembly ? PackageTypes.Operators(assembly) : OperatorCatalog.Empty);
    }

    /// <summary>The package's name: the SHA-256 of its content, in lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>What is known of it without loading its code.</summary>
    public PackageDescription Description { get; }

    /// <summary>The folder of its files, as the author laid them out. Not to be written to.</summary>
    public string Files { get; }

    /// <summary>The author's assembly; null when the package holds no code.</summary>
    internal Assembly? Assembly => _assembly.Value;

    /// <summary>Whether its code is in this process, which it is to the end of it.</summary>
    internal bool IsLoaded => _assembly.IsValueCreated;

    /// <summary>The author's own operators.</summary>
    internal OperatorCatalog Operators => _operators.Value;

    /// <summary>Opens the package that lies in a folder.</summary>
    /// <exception cref="UpdraftException">The folder holds none.</exception>
    public static async Task<DagPackage> OpenAsync(string hash, string folder, CancellationToken cancellation = default)
    {
        var path = Path.Combine(folder, DescriptionFile);
        if (!File.Exists(path)) throw new UpdraftException(OperatorErrors.Package, $"package {hash} is not in {folder}: publish the DAG again");
        await using var content = File.OpenRead(path);
        try
        {
            var description = await JsonSerializer.DeserializeAsync<PackageDescription>(content, OrchestrationJson.Options, cancellation);
            return new DagPackage(hash, folder, description!);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Package, $"{path} is damaged: {e.Message}", e);
        }
    }

    /// <summary>The code task of a class, or of a static method of it.</summary>
    /// <exception cref="UpdraftException">There is none.</exception>
    internal CodeTaskCall CodeTask(string className, string? method) =>
        _codeTasks.GetOrAdd((className, method), wanted => CodeTaskCall.Find(Assembly, wanted.Class, wanted.Method));
}
