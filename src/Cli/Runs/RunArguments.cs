using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>What a run is given on the command line.</summary>
internal static class RunArguments
{
    private const long LargestFile = 1 << 20;

    /// <summary>The conf: a JSON object, or <c>@</c> and the path of a file that holds one; empty when none was given.</summary>
    /// <exception cref="UpdraftException">It is no JSON object, or the file cannot be read.</exception>
    public static JsonElement Conf(string? argument)
    {
        var conf = Json("--conf", argument ?? "{}")!.Value;
        return conf.ValueKind == JsonValueKind.Object ? conf : throw Bad("--conf", "it must be a JSON object, as in {\"min_flights\": 50}");
    }

    /// <summary>JSON, or <c>@</c> and the path of a file that holds it; null when none was given.</summary>
    /// <exception cref="UpdraftException">It is no JSON, or the file cannot be read.</exception>
    public static JsonElement? Json(string what, string? argument)
    {
        if (argument is null) return null;
        try
        {
            return JsonDocument.Parse(Text(what, argument)).RootElement;
        }
        catch (JsonException e)
        {
            throw Bad(what, $"it is no JSON: {e.Message}");
        }
    }

    /// <summary>A text, or that of the file whose path comes after <c>@</c>.</summary>
    /// <exception cref="UpdraftException">The file cannot be read.</exception>
    public static string Text(string what, string argument)
    {
        if (argument is not ['@', .. var file]) return argument;
        try
        {
            var length = new FileInfo(file).Length;
            return length <= LargestFile ? File.ReadAllText(file) : throw Bad(what, $"{file} has {Sizes.Format(length)}, and may have {Sizes.Format(LargestFile)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad(what, $"its file cannot be read: {e.Message}");
        }
    }

    /// <summary>Labels, each <c>name=value</c>.</summary>
    /// <exception cref="UpdraftException">One has no name, or is there twice.</exception>
    public static ImmutableSortedDictionary<string, string> Labels(IEnumerable<string> arguments) => Pairs("--label", arguments);

    /// <summary>What an option says several times, each <c>name=value</c>.</summary>
    /// <exception cref="UpdraftException">One has no name, or is there twice.</exception>
    public static ImmutableSortedDictionary<string, string> Pairs(string option, IEnumerable<string> arguments)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=');
            if (equals < 1) throw new UpdraftException(CliErrors.Label, $"{option} '{Printable.Of(argument)}' is not written as name=value");
            if (!pairs.TryAdd(argument[..equals], argument[(equals + 1)..])) throw new UpdraftException(CliErrors.Label, $"{option} '{Printable.Of(argument[..equals])}' is given twice");
        }
        return pairs.ToImmutable();
    }

    private static UpdraftException Bad(string what, string why) => new(CliErrors.Conf, $"{what} cannot be used: {why}");
}
