namespace Updraft.Dags;

/// <summary>Codes of what can be wrong with a template.</summary>
public static class TemplateErrors
{
    /// <summary>The text between the braces cannot be read.</summary>
    public const string Syntax = "UPD1201";

    /// <summary>A root, filter or value that a template names does not exist.</summary>
    public const string UnknownName = "UPD1202";

    /// <summary>A filter cannot work on the value or the arguments that it got.</summary>
    public const string BadValue = "UPD1203";

    /// <summary>A template, or what it yields, is larger or deeper than allowed.</summary>
    public const string Limit = "UPD1204";
}
