using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Variables as they are written: names, and values that are JSON or else the text itself.</summary>
public static class VariableText
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxName = 64;

    /// <summary>Largest value, in bytes of JSON.</summary>
    public const int MaxValue = 64 * 1024;

    /// <summary>A text that is JSON as that; any other as a text.</summary>
    public static JsonElement Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    /// <summary>A name that a variable may have.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Variable"/>.</exception>
    public static string Checked(string name) => name.Length is >= 1 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        ? name
        : throw new UpdraftException(OperatorErrors.Variable, $"'{name}' names no variable: a name has 1 to {MaxName} letters, digits, '_' and '-'");
}
