namespace Updraft.Dags;

/// <summary>A template cannot be read, or cannot be evaluated with the values at hand.</summary>
public sealed class TemplateException : UpdraftException
{
    /// <summary>Creates the failure; the position is put at the end of the message.</summary>
    public TemplateException(string code, string message, int position)
        : base(code, $"{message} (at character {position})") => Position = position;

    private TemplateException(string path, TemplateException inner)
        : base(inner.Code, $"{path}: {inner.Message}", inner) => Position = inner.Position;

    /// <summary>The character of the template's text at which it went wrong, from 1.</summary>
    public int Position { get; }

    /// <summary>The same failure, with the place of the template before its message.</summary>
    internal TemplateException At(string path) => new(path, this);
}
