using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Does one thing to some runs for whoever may, run by run: what is refused of one is told of that one.</summary>
public sealed class BulkCommands(RunServices services, RunFinder runs)
{
    /// <summary>Does what is asked. Reruns of one key are made once, however often they are asked for.</summary>
    /// <exception cref="UpdraftException">Not one thing is asked, or of too many runs.</exception>
    internal async Task<ImmutableArray<BulkResult>> DoAsync(BulkCommand command, IdempotencyKey key, Access access, CancellationToken cancellation)
    {
        if (!command.IsOne) throw Refused("exactly one of 'cancel', 'clear', 'mark', 'pause' and 'rerun' is to be done");
        if (command.RunIds.Length > BulkRuns.MostFound) throw Refused(string.Create(CultureInfo.InvariantCulture, $"{command.RunIds.Length} runs are too many: {BulkRuns.MostFound} are the most at once"));
        var results = ImmutableArray.CreateBuilder<BulkResult>();
        foreach (var runId in command.RunIds.Distinct(StringComparer.Ordinal)) results.Add(await DoAsync(runId, command, key, access, cancellation));
        return results.ToImmutable();
    }

    private async Task<BulkResult> DoAsync(string runId, BulkCommand command, IdempotencyKey key, Access access, CancellationToken cancellation)
    {
        try
        {
            var run = await runs.GetAsync(runId, access, Role.Operator, cancellation);
            var own = command with
            {
                RunIds = [runId],
                Cancel = command.Cancel is { } cancel ? cancel with { By = access.Name } : null,
                Clear = command.Clear is { } clear ? clear with { Tasks = await runs.SelectAsync(run, clear.Tasks, cancellation) } : null,
                Mark = command.Mark is { } mark ? mark with { Tasks = await runs.SelectAsync(run, mark.Tasks, cancellation) } : null,
                Rerun = command.Rerun is { } rerun ? rerun with { By = access.Name, RunId = IdOf(runId, key) } : null,
            };
            return (await services.Bulk.DoAsync(own, cancellation))[0];
        }
        catch (UpdraftException refused)
        {
            return new BulkResult(runId, false, Problem: refused.Message);
        }
    }

    private static string? IdOf(string original, IdempotencyKey key) =>
        key.IdOf("rerun") is { } id ? $"{id}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(original)))[..12]}" : null;

    private static UpdraftException Refused(string why) => new(ApiErrors.BadRequest, why);
}
