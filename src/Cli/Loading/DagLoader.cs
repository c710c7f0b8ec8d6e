using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>
/// Reads and validates the DAGs of a path. Everything that can be checked without building code is checked first, so that bad input leaves no
/// trace in the data folder.
/// </summary>
/// <param name="dataFolder">Where packages are built.</param>
/// <param name="progress">Told what takes time, a line each.</param>
internal sealed class DagLoader(string dataFolder, Action<string> progress)
{
    /// <summary>The DAGs of a path, each fit to run.</summary>
    /// <exception cref="UpdraftException">There is none, or something is wrong: the message lists everything, a line each.</exception>
    public async Task<LoadedDags> LoadAsync(DagPath path, CancellationToken cancellation)
    {
        var documents = path.File is null ? [] : Read(path);
        var ownOperators = BuiltInOperators.Catalog.Manifests;
        string[] files = path.IsFolder ? [.. FolderFiles.Of(path.Folder, Path.GetFullPath(dataFolder)).Files.Select(file => file.Path)] : [];
        if (!path.HasCode)
        {
            Validate(documents, ownOperators, files);
            return new LoadedDags([.. documents.Select(document => document.Dag)], ownOperators, null, path);
        }
        Validate(documents, null, files);
        DataFolder.Make(dataFolder);
        var package = await new PackageBuilder(dataFolder).BuildAsync(path.Folder, progress, cancellation);
        var operators = ownOperators.AddRange(package.Description.Operators);
        documents = [.. documents, .. package.Description.Dags.Select(json => new DagDocument(DagJson.Parse(json.GetRawText()), SourceMap.None))];
        if (documents.IsEmpty) throw new UpdraftException(CliErrors.NoDag, $"the C# project in {path.Folder} defines no DAG: add a public class that implements IDagSource, or a {DagYaml.MainFile}");
        Validate(documents, operators, files);
        return new LoadedDags([.. documents.Select(document => document.Dag)], operators, package.Hash, path);
    }

    private static ImmutableArray<DagDocument> Read(DagPath path)
    {
        var read = DagYaml.Read(new FolderDagFiles(path.Folder), path.File!);
        return read.Problems.IsEmpty ? read.Dags : throw Problems.ToException(read.Problems);
    }

    private static void Validate(ImmutableArray<DagDocument> documents, ImmutableArray<OperatorManifest>? operators, string[] files)
    {
        var problems = documents.SelectMany(document => DagValidator.Validate(document.Dag, operators, document.Sources, files)).ToList();
        if (problems.Count > 0) throw Problems.ToException(problems);
    }
}

/// <summary>The DAGs of a path.</summary>
/// <param name="Dags">One or more, fit to run.</param>
/// <param name="Operators">Manifests of the operators that they may use.</param>
/// <param name="Package">Hash of the package with their code and files; null when there is no code, so that none had to be built.</param>
/// <param name="Path">Where they came from.</param>
internal sealed record LoadedDags(ImmutableArray<DagSpec> Dags, ImmutableArray<OperatorManifest> Operators, string? Package, DagPath Path)
{
    /// <summary>Hash of the package with the DAG's code and files, made now where there was nothing to build; null for a YAML file alone.</summary>
    public async Task<string?> PackageAsync(string dataFolder, Action<string> progress, CancellationToken cancellation)
    {
        if (Package is not null || !Path.IsFolder) return Package;
        DataFolder.Make(dataFolder);
        return (await new PackageBuilder(dataFolder).BuildAsync(Path.Folder, progress, cancellation)).Hash;
    }

    /// <summary>As <see cref="PackageAsync(string, Action{string}, CancellationToken)"/>, for whoever has the data folder: the package is made anew where retention removed it just then.</summary>
    /// <param name="dataFolder">Where it is made.</param>
    /// <param name="has">Asks whether it is there, from when on it stays.</param>
    /// <param name="progress">Told what takes time, a line each.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string?> PackageAsync(string dataFolder, Func<string, CancellationToken, Task<bool>> has, Action<string> progress, CancellationToken cancellation)
    {
        var hash = await PackageAsync(dataFolder, progress, cancellation);
        if (hash is null || await has(hash, cancellation)) return hash;
        return (await new PackageBuilder(dataFolder).BuildAsync(Path.Folder, progress, cancellation)).Hash;
    }

    /// <summary>The one DAG, or the one of a name.</summary>
    /// <exception cref="UpdraftException">There are several, or none of that name.</exception>
    public DagSpec Choose(string? name)
    {
        var names = string.Join(", ", Dags.Select(dag => dag.Name));
        if (name is not null) return Dags.FirstOrDefault(dag => dag.Name == name) ?? throw new UpdraftException(CliErrors.WhichDag, $"there is no DAG '{name}' in {Path.Folder}: there are {names}");
        return Dags is [var only] ? only : throw new UpdraftException(CliErrors.WhichDag, $"{Path.Folder} holds {Dags.Length} DAGs: choose one with --dag ({names})");
    }
}
