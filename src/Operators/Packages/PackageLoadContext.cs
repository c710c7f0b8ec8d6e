using System.Reflection;
using System.Runtime.Loader;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Where a package's assemblies live: apart from the host's and from other packages', so that each brings the versions it was built with.
/// Only the contracts are shared, or else the host would not know the author's types as its own.
/// </summary>
internal sealed class PackageLoadContext(string hash, string assembly) : AssemblyLoadContext($"package {hash}")
{
    private readonly AssemblyDependencyResolver _resolver = new(assembly);

    public static Assembly Load(string hash, string assembly)
    {
        if (!File.Exists(assembly)) throw new UpdraftException(OperatorErrors.Package, $"package {hash} lacks its assembly {assembly}: publish the DAG again");
        return new PackageLoadContext(hash, assembly).LoadFromAssemblyPath(assembly);
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        IsShared(assemblyName.Name!) ? null : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static bool IsShared(string name) =>
        name.StartsWith("Updraft.", StringComparison.Ordinal) || name is "updraft" or "Microsoft.Extensions.Logging.Abstractions";
}
