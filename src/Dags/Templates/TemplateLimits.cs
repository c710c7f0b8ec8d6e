namespace Updraft.Dags;

/// <summary>Bounds of templates, so that no text can exhaust a worker.</summary>
public static class TemplateLimits
{
    /// <summary>Longest template, in characters.</summary>
    public const int Text = 64 * 1024;

    /// <summary>Deepest nesting of parentheses and filter arguments.</summary>
    public const int Depth = 50;

    /// <summary>Longest string that a template or a filter yields, in characters.</summary>
    public const int Rendered = 1024 * 1024;

    /// <summary>Largest object that <see cref="Templates.Render"/> yields, in bytes of JSON.</summary>
    public const int RenderedObject = 64 * 1024 * 1024;

    /// <summary>Longest list that <c>range</c> makes.</summary>
    public const int Range = 100_000;
}
