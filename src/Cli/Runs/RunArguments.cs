using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>What a run is given on the command line.</summary>
internal static class RunArguments
{
    private const long LargestConf = 1 << 20;

    /// <summary>The conf: JSON, or <c>@</c> and the path of a file that holds it.</summary>
    /// <exception cref="UpdraftException">It is no JSON object, or the file cannot be read.</exception>
    public static JsonElement Conf(string? argument)
    {
        try
        {
            var conf = JsonDocument.Parse(argument is ['@', .. var file] ? Read(file) : argument ?? "{}").RootElement;
            return conf.ValueKind == JsonValueKind.Object ? conf : throw Bad("it must be a JSON object, as in {\"min_flights\": 50}");
        }
        catch (JsonException e)
        {
            throw Bad($"it is no JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad($"its file cannot be read: {e.Message}");
        }
    }

    /// <summary>Labels, each <c>name=value</c>.</summary>
    /// <exception cref="UpdraftException">One has no name, or is there twice.</exception>
    public static ImmutableSortedDictionary<string, string> Labels(IEnumerable<string> arguments)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=');
            if (equals < 1) throw new UpdraftException(CliErrors.Label, $"--label '{Printable.Of(argument)}' is not written as name=value");
            if (!labels.TryAdd(argument[..equals], argument[(equals + 1)..])) throw new UpdraftException(CliErrors.Label, $"label '{Printable.Of(argument[..equals])}' is given twice");
        }
        return labels.ToImmutable();
    }

    private static string Read(string file)
    {
        var length = new FileInfo(file).Length;
        return length <= LargestConf ? File.ReadAllText(file) : throw Bad($"{file} has {Sizes.Format(length)}, and a conf at most {Sizes.Format(LargestConf)}");
    }

    private static UpdraftException Bad(string why) => new(CliErrors.Conf, $"--conf cannot be used: {why}");
}
