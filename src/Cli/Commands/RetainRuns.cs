using System.CommandLine;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft retention run</c>.</summary>
internal static class RetainRuns
{
    public static Command Of(Session session)
    {
        var command = session.Asking("run", "Removes what is older or more than is to be kept; 'updraft serve' does so every hour.");
        var policy = new Option<FileInfo?>("--policy") { Description = "A JSON file that says what is kept, as in {\"runs\": \"30d\", \"maxRuns\": 500}; without it, what the host keeps.", HelpName = "FILE" };
        command.Add(policy);
        command.SetAction(async (parsed, cancellation) =>
        {
            var report = await session.AskAsync(parsed, api => api.PostAsync<RetentionReport>($"retention", new RetentionRequest(parsed.GetValue(policy) is { } file ? ServeSettings.RetentionIn(file.FullName) : null), cancellation));
            return session.Print(parsed, report, [
                $"Removed {report.Runs} runs, logs of {report.Logs} and outputs of {report.Outputs} others, {report.Versions} versions of DAGs and {report.Packages} packages, {string.Join(", ", report.Others.Select(each => $"{each.Value} {each.Key}"))}, {report.Expired} documents past their time, in {Elapsed.Format(report.Took)}.",
                .. report.Problems.Select(problem => $"  {Printable.Of(problem)}")]);
        });
        return new Command("retention", "Removes what is old.") { command };
    }
}
