using System.Text;

namespace Updraft.Operators;

/// <summary>The last line of an output, which often says why it ended; up to 200 characters, and nothing that moves a terminal's cursor.</summary>
internal sealed class LastLine
{
    private const int Longest = 200;
    private const int Kept = 4 * Longest;
    private readonly Lock _lock = new();
    private byte[] _tail = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            byte[] all = bytes.Length >= Kept ? bytes[^Kept..].ToArray() : [.. _tail, .. bytes];
            _tail = all[Math.Max(0, all.Length - Kept)..];
        }
    }

    public override string ToString()
    {
        string text;
        lock (_lock) text = Encoding.UTF8.GetString(_tail);
        var line = text.Split('\n').Select(Plain).LastOrDefault(line => line.Length > 0) ?? "";
        return line.Length <= Longest ? line : line[^Longest..];
    }

    private static string Plain(string line) => string.Concat(line.Where(c => !char.IsControl(c))).Trim();
}
