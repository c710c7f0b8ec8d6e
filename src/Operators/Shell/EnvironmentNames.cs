using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Which environment variables a task may give to its work.</summary>
internal static class EnvironmentNames
{
    /// <summary>What the names of Updraft's own variables begin with.</summary>
    public const string Own = "UPDRAFT_";

    /// <summary>Refuses a variable that cannot be handed on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="where">The field that it stands in.</param>
    public static void Refuse(string name, string value, string where)
    {
        if (!IsName(name)) throw new UpdraftException(OperatorErrors.Fields, $"'{name.Replace('\0', '?')}' in {where} is no name of a variable: use letters, digits and _");
        if (name.StartsWith(Own, StringComparison.OrdinalIgnoreCase)) throw new UpdraftException(OperatorErrors.Fields, $"variable {name} in {where}: names that begin with UPDRAFT_ are kept for Updraft");
        if (value.Contains('\0', StringComparison.Ordinal)) throw new UpdraftException(OperatorErrors.Fields, $"variable {name} in {where} holds a NUL character, which no process can be handed");
    }

    // Shells drop variables of other names without a word.
    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
