using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Updraft.Dags;

namespace Updraft.FunctionApp;

/// <summary>Reads settings one by one, and says at the end all that is wrong with them.</summary>
internal sealed class SettingReader(IConfiguration settings)
{
    private readonly List<string> _refusals = [];

    /// <summary>What a setting says; null where it is absent or empty.</summary>
    public string? Optional(string name) => settings[name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>What a setting says that must be there; empty where it is not.</summary>
    public string Required(string name, string what)
    {
        if (Optional(name) is { } text) return text;
        Refuse(name, $"is missing: give {what}");
        return "";
    }

    /// <summary>One of some words, the first where nothing is said.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> words)
    {
        if (Optional(name) is not { } text) return words[0];
        if (words.Contains(text)) return text;
        Refuse(name, $"is '{text}': give one of {string.Join(", ", words.ToArray())}");
        return words[0];
    }

    /// <summary>True or false; false where nothing is said.</summary>
    public bool Flag(string name)
    {
        if (Optional(name) is not { } text) return false;
        if (bool.TryParse(text, out var flag)) return flag;
        Refuse(name, $"is '{text}': give true or false");
        return false;
    }

    /// <summary>A whole number, 0 or more.</summary>
    public int Number(string name, int absent)
    {
        if (Optional(name) is not { } text) return absent;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        Refuse(name, $"is '{text}': give a whole number, 0 or more");
        return absent;
    }

    /// <summary>The name of a task hub, by the rules of all backends: 3 to 45 letters and digits, a letter first.</summary>
    public string TaskHub(string name)
    {
        var text = Required(name, "the name of a task hub, 3 to 45 letters and digits");
        if (text.Length > 0 && !(text.Length is >= 3 and <= 45 && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(text[0])))
            Refuse(name, $"is '{text}', which is no name of a task hub: give 3 to 45 letters and digits, a letter first");
        return text;
    }

    /// <summary>All settings whose names begin with something.</summary>
    public ImmutableSortedDictionary<string, string> Named(string prefix) => settings.GetChildren()
        .Where(setting => setting.Value is not null && setting.Key.StartsWith(prefix, StringComparison.Ordinal)).ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value!, StringComparer.Ordinal);

    /// <summary>What is written in a form of its own; null where nothing is said. What is wrong is not repeated: it may be a secret in the wrong place.</summary>
    public T? Read<T>(string name, Func<string, T?> parse, string form)
        where T : class
    {
        if (Optional(name) is not { } text) return null;
        try
        {
            if (parse(text) is { } read) return read;
            Refuse(name, $"cannot be read: give {form}");
        }
        catch (Exception e) when (e is UpdraftException or JsonException)
        {
            Refuse(name, $"cannot be read, give {form}: {e.Message}");
        }
        return null;
    }

    /// <summary>Notes what is wrong with a setting.</summary>
    public void Refuse(string name, string why) => _refusals.Add($"{name} {why}");

    /// <summary>Says what is wrong, if anything is.</summary>
    /// <exception cref="UpdraftException"><see cref="FunctionAppErrors.Setting"/>.</exception>
    public void ThrowIfRefused()
    {
        if (_refusals.Count > 0) throw new UpdraftException(FunctionAppErrors.Setting, $"the function app cannot start with its settings: {string.Join("; ", _refusals)}");
    }
}
