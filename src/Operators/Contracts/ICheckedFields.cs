using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Fields with rules beyond their types, as that one is less than another. They are held before every attempt; and where a DAG has no templates in the
/// fields, by whoever validates it and has the operator at hand.
/// </summary>
public interface ICheckedFields
{
    /// <summary>Holds the rules.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>: one does not hold, in words for the DAG's author.</exception>
    void Check();
}
