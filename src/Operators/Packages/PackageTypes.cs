using System.Reflection;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>What an author's assembly offers.</summary>
internal static class PackageTypes
{
    /// <summary>Instances of the operator classes.</summary>
    public static OperatorCatalog Operators(Assembly assembly) => new(InstancesOf<IOperator>(assembly));

    /// <summary>One instance of each public class that implements <typeparamref name="T"/>, by name.</summary>
    public static IEnumerable<T> InstancesOf<T>(Assembly assembly) =>
        assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(T)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(Create<T>);

    private static T Create<T>(Type type)
    {
        try
        {
            return (T)Activator.CreateInstance(type)!;
        }
        catch (MissingMethodException e)
        {
            throw new UpdraftException(OperatorErrors.Declaration, $"class {type.FullName} has no public constructor without parameters: give it one", e);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            throw new UpdraftException(OperatorErrors.Declaration, $"class {type.FullName} cannot be made: {inner.Message}", inner);
        }
    }
}
