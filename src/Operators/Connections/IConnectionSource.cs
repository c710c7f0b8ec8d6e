namespace Updraft.Operators;

/// <summary>Connections by name.</summary>
public interface IConnectionSource
{
    /// <summary>The connection as it was written, secrets not looked up; null when this source does not know it.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="OperatorErrors.Connection"/>: it is there, and cannot be read.</exception>
    Task<Connection?> GetAsync(string name, CancellationToken cancellation = default);

    /// <summary>The names that it knows, in alphabetical order.</summary>
    Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation = default);
}
