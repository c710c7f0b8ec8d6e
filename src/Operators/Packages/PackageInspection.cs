using System.Reflection;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// Finds the DAGs and operators of an author's assembly. It runs the author's code, so it runs in a process of its own, and what it found
/// goes through a file: the code may write to the console.
/// </summary>
public static class PackageInspection
{
    /// <summary>Name of the hidden command whose body is <see cref="Run"/>.</summary>
    public const string Command = "inspect-package";

    /// <summary>Body of the hidden command: inspects an assembly and writes its <see cref="PackageDescription"/> as JSON. Returns the exit code.</summary>
    /// <param name="assemblyPath">The author's assembly.</param>
    /// <param name="resultPath">The file to write.</param>
    /// <param name="error">Takes the reason, in a line, when it cannot be done; the exit code is then 2.</param>
    public static int Run(string assemblyPath, string resultPath, TextWriter error)
    {
        try
        {
            File.WriteAllBytes(resultPath, JsonSerializer.SerializeToUtf8Bytes(Describe(assemblyPath), OrchestrationJson.Options));
            return 0;
        }
        catch (Exception e) when (e is UpdraftException or BadImageFormatException or FileNotFoundException or FileLoadException or ReflectionTypeLoadException or TypeLoadException)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    private static PackageDescription Describe(string assemblyPath)
    {
        var assembly = PackageLoadContext.Load("inspected", assemblyPath);
        var operators = PackageTypes.Operators(assembly);
        _ = BuiltInOperators.Catalog.With(operators.All);
        return new PackageDescription
        {
            Assembly = Path.GetFileName(assemblyPath),
            Dags = [.. PackageTypes.InstancesOf<IDagSource>(assembly).Select(SpecOf)],
            Operators = operators.Manifests,
        };
    }

    private static JsonElement SpecOf(IDagSource source)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(DagJson.Serialize(source.Define()));
        }
        catch (Exception e)
        {
            throw new UpdraftException((e as UpdraftException)?.Code ?? OperatorErrors.PackageInspection, $"{source.GetType().FullName} defines no DAG: {AttemptEnds.Message(e)}", e);
        }
    }
}
