using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The operators that a host offers, by name. Immutable.</summary>
public sealed class OperatorCatalog
{
    /// <summary>No operators.</summary>
    public static readonly OperatorCatalog Empty = new([]);

    private readonly ImmutableSortedDictionary<string, IOperator> _operators;

    /// <summary>Offers some operators.</summary>
    /// <exception cref="UpdraftException">Two have the same name.</exception>
    public OperatorCatalog(IEnumerable<IOperator> operators)
    {
        var byName = ImmutableSortedDictionary.CreateBuilder<string, IOperator>(StringComparer.Ordinal);
        foreach (var offered in operators)
        {
            if (!byName.TryAdd(offered.Manifest.Name, offered))
            {
                throw new UpdraftException(
                    OperatorErrors.Declaration,
                    $"operator '{offered.Manifest.Name}' is there twice, as {byName[offered.Manifest.Name].GetType().FullName} and {offered.GetType().FullName}: rename one");
            }
        }
        _operators = byName.ToImmutable();
    }

    /// <summary>The manifests, by name in alphabetical order.</summary>
    public ImmutableArray<OperatorManifest> Manifests => [.. _operators.Values.Select(offered => offered.Manifest)];

    /// <summary>The operators, by name in alphabetical order.</summary>
    public IEnumerable<IOperator> All => _operators.Values;

    /// <summary>The operator of a name; null when this host does not offer it.</summary>
    public IOperator? Find(string name) => _operators.GetValueOrDefault(name);

    /// <summary>These operators and others.</summary>
    /// <exception cref="UpdraftException">Two have the same name.</exception>
    public OperatorCatalog With(IEnumerable<IOperator> others) => new(_operators.Values.Concat(others));
}
