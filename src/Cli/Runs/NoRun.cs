using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A run was asked for that is not there; one of a name like it may have been meant.</summary>
internal static class NoRun
{
    private const int Searched = 500;

    public static async Task<UpdraftException> OfAsync(DataFolder data, string runId, CancellationToken cancellation)
    {
        var newest = await new RunIndex(data.State).ListAsync(null, null, Searched, cancellation);
        var meant = Suggestion.For(runId, newest.Entries.Select(entry => entry.RunId));
        return new UpdraftException(CliErrors.NoRun, $"there is no run '{Printable.Of(runId)}' in {data.Folder}{Printable.Of(meant)}; see 'updraft runs'");
    }
}
