using System.Collections.Immutable;
using System.Globalization;
using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Lanes as they are typed, each <c>name=workers</c>.</summary>
internal static class LaneArguments
{
    private const int MostWorkers = 10_000;

    /// <exception cref="UpdraftException">One has no name or no number of workers, or is there twice.</exception>
    public static ImmutableSortedDictionary<string, int> Read(IEnumerable<string> arguments)
    {
        var lanes = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (argument.Split('=') is not [{ Length: > 0 } name, var workers] || !int.TryParse(workers, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or > MostWorkers)
                throw new UpdraftException(CliErrors.Lane, $"--lane '{Printable.Of(argument)}' is not written as name=workers, as in fast=8");
            if (!lanes.TryAdd(name, count)) throw new UpdraftException(CliErrors.Lane, $"lane '{Printable.Of(name)}' is given twice");
        }
        return lanes.ToImmutable();
    }
}
