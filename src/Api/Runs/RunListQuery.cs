using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What a list of runs is asked by. All that is said must fit.</summary>
internal sealed class RunListQuery
{
    private const int MostOfOne = 20;
    private const int LongestText = 200;

    /// <summary>Runs of this DAG or experiment.</summary>
    public string? Dag { get; init; }

    /// <summary>In one of these states.</summary>
    public string[]? State { get; init; }

    /// <summary>With these labels, each as <c>name=value</c>.</summary>
    public string[]? Label { get; init; }

    /// <summary>With these values of params that are <c>indexed</c>, each as <c>param=value</c>.</summary>
    public string[]? Conf { get; init; }

    /// <summary>About this.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Acknowledged at or after, as in <c>2026-03-29T01:00:00Z</c>.</summary>
    public string? Since { get; init; }

    /// <summary>Acknowledged before.</summary>
    public string? Until { get; init; }

    /// <summary>Started by this, as in <c>schedule</c>.</summary>
    public string? Trigger { get; init; }

    /// <summary>Of this team.</summary>
    public string? Team { get; init; }

    /// <summary>With this in the id, the DAG's name, the business key, a label or the note.</summary>
    public string? Q { get; init; }

    /// <summary>Where the last page ended.</summary>
    public string? After { get; init; }

    /// <summary>Runs of a page, 1 to 1,000. Default 100.</summary>
    public int? Count { get; init; }

    /// <exception cref="UpdraftException"><see cref="ApiErrors.BadRequest"/>.</exception>
    public RunFilter ToFilter() => new()
    {
        Dag = Dag,
        Statuses = [.. Few("state", State).Select(StateOf).Distinct()],
        Labels = Pairs("label", Label),
        Conf = Pairs("conf", Conf),
        BusinessKey = BusinessKey,
        Since = Since is null ? null : TimeOf("since", Since),
        Until = Until is null ? null : TimeOf("until", Until),
        Trigger = Trigger,
        Team = Team,
        Text = Q is null || Q.Trim() is { Length: > 0 and <= LongestText } ? Q?.Trim() : throw Bad($"'q' has {Q.Length} characters: it must have 1 to {LongestText}"),
    };

    /// <summary>Where a page begins; null for the newest.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.BadRequest"/>.</exception>
    public string? ToAfter()
    {
        if (After is null) return null;
        try
        {
            var bytes = Convert.FromBase64String(After.Replace('-', '+').Replace('_', '/').PadRight((After.Length + 3) / 4 * 4, '='));
            if (Encoding.UTF8.GetString(bytes) is { Length: > 20 } key && key[19] == '/' && key.AsSpan(0, 19).IndexOfAnyExceptInRange('0', '9') < 0) return key;
        }
        catch (FormatException)
        {
            // Said below, as for what is no place in a list.
        }
        throw Bad("'after' is not what a page before gave as 'next'");
    }

    /// <summary>A place in a list, as clients hand it back.</summary>
    public static string? NextOf(string? key) => key is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <exception cref="UpdraftException"><see cref="ApiErrors.BadRequest"/>.</exception>
    public static DateTimeOffset TimeOf(string name, string text) =>
        // The plus sign of an offset is a space in a query.
        DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw Bad($"'{name}' is '{text}', which is no time: give it as in 2026-03-29T01:00:00Z");

    private static RunStatus StateOf(string text)
    {
        foreach (var status in Enum.GetValues<RunStatus>())
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()) == text) return status;
        throw Bad($"'{text}' is no state of a run: there are {string.Join(", ", Enum.GetNames<RunStatus>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}");
    }

    private static ImmutableSortedDictionary<string, string> Pairs(string name, string[]? given)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var pair in Few(name, given))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw Bad($"'{name}' is '{pair}': give it as in {name}=region=north");
            if (!pairs.TryAdd(pair[..at], pair[(at + 1)..]) && pairs[pair[..at]] != pair[(at + 1)..]) throw Bad($"'{name}' asks for two values of '{pair[..at]}', which no run has");
        }
        return pairs.ToImmutable();
    }

    private static string[] Few(string name, string[]? given) => given is null ? [] : given.Length <= MostOfOne ? given : throw Bad($"'{name}' is given {given.Length} times: {MostOfOne} are the most");

    private static UpdraftException Bad(string message) => new(ApiErrors.BadRequest, message);
}
