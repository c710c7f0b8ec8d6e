using System.Globalization;

namespace Updraft.Embedded;

/// <summary>Collects kinds and names of what a turn asks for; a thousand calls of one activity are one entry.</summary>
internal sealed class Digest
{
    public const string End = "end", Again = "continue as new";

    private readonly List<string> _entries = [];
    private string? _last;
    private int _count;

    public void Add(Asked asked) => Add(asked switch
    {
        AskedActivity activity => activity.Name,
        AskedTimer => "timer",
        _ => "cancel timer",
    }, asked is AskedActivity);

    public void Add(string entry, bool isActivity = false)
    {
        var text = isActivity ? "activity " + entry : entry;
        if (text == _last)
        {
            _count++;
            return;
        }
        Close();
        (_last, _count) = (text, 1);
    }

    public IReadOnlyList<string> Take()
    {
        Close();
        var taken = _entries.ToArray();
        _entries.Clear();
        _last = null;
        return taken;
    }

    /// <summary>Says where two digests part; null when they are the same.</summary>
    public static string? Difference(IReadOnlyList<string> history, IReadOnlyList<string> code)
    {
        for (var i = 0; i < Math.Max(history.Count, code.Count); i++)
        {
            var (then, now) = (At(history, i), At(code, i));
            if (then != now) return $"history has {then} where the code now does {now}";
        }
        return null;

        static string At(IReadOnlyList<string> digest, int i) => i < digest.Count ? $"'{digest[i]}'" : "nothing more";
    }

    private void Close()
    {
        if (_last is null) return;
        _entries.Add(_count == 1 ? _last : string.Create(CultureInfo.InvariantCulture, $"{_count} × {_last}"));
    }
}
