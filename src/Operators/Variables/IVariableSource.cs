using System.Text.Json;

namespace Updraft.Operators;

/// <summary>Variables by name: values of the environment, which are no secrets.</summary>
public interface IVariableSource
{
    /// <summary>What it is called in lists, as in <c>environment</c>.</summary>
    string Name { get; }

    /// <summary>The value of a variable; null when this source does not know it.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="OperatorErrors.Variable"/>: the source cannot be read.</exception>
    Task<JsonElement?> GetAsync(string name, CancellationToken cancellation = default);

    /// <summary>The names that it knows.</summary>
    Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellation = default);
}
