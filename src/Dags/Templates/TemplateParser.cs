using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>Recursive descent over a template's text: <c>value ('|' filter ('(' value, … ')')?)*</c> between double braces.</summary>
internal sealed class TemplateParser(string text)
{
    private readonly List<TemplateReference> _references = [];
    private readonly HashSet<TemplateReference> _seen = [];
    private int _at;
    private int _open;
    private int _depth;

    public IReadOnlyList<TemplateReference> References => _references;

    public ImmutableArray<TemplatePart> ParseAll()
    {
        if (text.Length > TemplateLimits.Text)
            throw new TemplateException(TemplateErrors.Limit, $"the template is longer than {TemplateLimits.Text} characters; hand large texts over as files", 1);
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        while (_at < text.Length)
        {
            var open = text.IndexOf("{{", _at, StringComparison.Ordinal);
            var end = open < 0 ? text.Length : open;
            if (end > _at) parts.Add(new TemplatePart(text[_at..end], null, _at + 1));
            _at = end;
            if (open < 0) break;
            parts.Add(ParseBraces());
        }
        return parts.ToImmutable();
    }

    private TemplatePart ParseBraces()
    {
        _open = _at + 1;
        _at += 2;
        var expression = ParsePipe();
        SkipSpace();
        if (_at == text.Length) throw Unclosed();
        if (!text.AsSpan(_at).StartsWith("}}")) throw Syntax("expected '|' or '}}'", _at + 1);
        _at += 2;
        return new TemplatePart(null, expression, _open);
    }

    private Expression ParsePipe()
    {
        if (++_depth > TemplateLimits.Depth) throw new TemplateException(TemplateErrors.Limit, $"the expression is nested deeper than {TemplateLimits.Depth}", _at + 1);
        var source = ParseValue();
        var filters = ImmutableArray.CreateBuilder<FilterUse>();
        while (TryTake('|')) filters.Add(ParseFilter());
        _depth--;
        return filters.Count == 0 ? source : new Pipe(source, filters.ToImmutable(), source.Position);
    }

    private FilterUse ParseFilter()
    {
        SkipSpace();
        var position = _at + 1;
        var name = TakeName() ?? throw Syntax("expected the name of a filter", position);
        if (TemplateFilters.Find(name) is not { } filter)
            throw new TemplateException(TemplateErrors.UnknownName, $"there is no filter '{name}'; the filters are {string.Join(", ", TemplateFilters.Names)}", position);
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (TryTake('(') && !TryTake(')'))
        {
            do arguments.Add(ParsePipe());
            while (TryTake(','));
            Expect(')');
        }
        if (arguments.Count < filter.Least || arguments.Count > filter.Most)
            throw Syntax($"filter '{name}' is written {filter.Usage}, and was given {arguments.Count} arguments", position);
        return new FilterUse(filter, arguments.ToImmutable(), position);
    }

    private Expression ParseValue()
    {
        SkipSpace();
        var position = _at + 1;
        if (_at == text.Length) throw Unclosed();
        if (text[_at] is '\'' or '"') return new Literal(JsonSerializer.SerializeToElement(TakeString()), position);
        if (text[_at] is '-' or (>= '0' and <= '9')) return new Literal(TakeNumber(), position);
        if (TryTake('('))
        {
            var inner = ParsePipe();
            Expect(')');
            return WithPath(inner, ParsePath(), position);
        }
        return TakeName() switch
        {
            null => throw Syntax("expected a name, a string, a number or '('", position),
            "true" => new Literal(JsonSerializer.SerializeToElement(true), position),
            "false" => new Literal(JsonSerializer.SerializeToElement(false), position),
            "null" => new Literal(JsonSerializer.SerializeToElement<object?>(null), position),
            var root => ParseRead(root, position),
        };
    }

    private Expression ParseRead(string root, int position)
    {
        var path = ParsePath();
        var (reference, taken) = TemplateRoots.Read(root, path.AsSpan(), position);
        if (_seen.Add(reference)) _references.Add(reference);
        Expression read = new Read(reference, position);
        if (root == TemplateRoots.Date) read = new Pipe(read, [TemplateFilters.IsoDate(position)], position);
        return WithPath(read, path[taken..], position);
    }

    private static Expression WithPath(Expression source, ImmutableArray<PathStep> path, int position) =>
        path.IsEmpty ? source : new Access(source, path, position);

    private ImmutableArray<PathStep> ParsePath()
    {
        var steps = ImmutableArray.CreateBuilder<PathStep>();
        while (_at < text.Length && text[_at] is '.' or '[')
        {
            var position = _at + 1;
            if (text[_at++] == '.') steps.Add(new PathStep(TakeName() ?? throw Syntax("expected a name after '.'", _at + 1), 0, false, position));
            else steps.Add(ParseIndex(position));
        }
        return steps.ToImmutable();
    }

    private PathStep ParseIndex(int position)
    {
        SkipSpace();
        var quoted = _at < text.Length && text[_at] is '\'' or '"';
        var step = quoted
            ? new PathStep(TakeString(), 0, true, position)
            : _at < text.Length && TakeNumber().TryGetInt32(out var index)
                ? new PathStep(null, index, true, position)
                : throw Syntax("expected a whole number or a string in quotes after '['", position);
        Expect(']');
        return step;
    }

    private string? TakeName()
    {
        if (_at == text.Length || !(char.IsAsciiLetter(text[_at]) || text[_at] == '_')) return null;
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '-')) _at++;
        return text[start.._at];
    }

    private JsonElement TakeNumber()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] is '-' or '+' or '.' or 'e' or 'E')) _at++;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text.AsSpan(start, _at - start));
        }
        catch (JsonException)
        {
            throw Syntax("expected a number", start + 1);
        }
    }

    private string TakeString()
    {
        var start = _at;
        var quote = text[_at++];
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            var c = text[_at++];
            value.Append(c == '\\' ? TakeEscape() : c);
        }
        if (_at++ >= text.Length) throw Syntax("the string is never closed", start + 1);
        return value.ToString();
    }

    private char TakeEscape() => (_at < text.Length ? text[_at++] : ' ') switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        var c and ('\\' or '\'' or '"') => c,
        _ => throw Syntax("""a backslash in a string is followed by n, t, r, ', " or \""", _at),
    };

    private bool TryTake(char c)
    {
        SkipSpace();
        if (_at == text.Length || text[_at] != c) return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!TryTake(c)) throw Syntax($"expected '{c}'", _at + 1);
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private TemplateException Unclosed() => Syntax("'{{' is never closed by '}}'", _open);

    private static TemplateException Syntax(string message, int position) => new(TemplateErrors.Syntax, message, position);
}
