using System.CommandLine;

namespace Updraft.Cli;

/// <summary>The options with which figures are asked for: of which DAG, and of which days.</summary>
internal sealed class DayRangeOptions(int usualDays)
{
    private readonly Option<string?> _dag = new("--dag") { HelpName = "NAME", Description = "Only of this DAG." };
    private readonly Option<string?> _since = new("--since") { HelpName = "DAY", Description = FormattableString.Invariant($"The first day, as in 2026-11-01. Default: {usualDays} days.") };
    private readonly Option<string?> _until = new("--until") { HelpName = "DAY", Description = "The last day. Default: today." };

    public Option[] All => [_dag, _since, _until];

    /// <summary>Adds what was typed to the path that is asked for.</summary>
    public ApiPath AddTo(ApiPath path, ParseResult parsed) => path.With("dag", parsed.GetValue(_dag)).With("since", parsed.GetValue(_since)).With("until", parsed.GetValue(_until));
}
