using Microsoft.Extensions.Logging;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp;

/// <summary>Retention on many machines: one pass at a time among all of them, within a time. What a pass did not come to is left to the next.</summary>
internal sealed class RetentionPass(RunServices services, ILogger<RetentionPass> log)
{
    /// <summary>What holds the pass, as an attempt is held.</summary>
    private const string Claim = "retention";

    /// <summary>Makes a pass; null when another is under way, or it did not come to its end.</summary>
    /// <param name="policy">What goes.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RetentionReport?> RunAsync(RetentionPolicy policy, TimeSpan budget, CancellationToken cancellation)
    {
        await using var claim = await services.Ports.Attempts.ClaimAsync(Claim, cancellation);
        if (claim is null)
        {
            Logs.StillUnderWay(log, "retention");
            return null;
        }
        using var time = new CancellationTokenSource(budget, services.Ports.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(time.Token, claim.Stopping, cancellation);
        try
        {
            return await services.Retention.RunOnceAsync(policy, over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Logs.RetentionCut(log, budget);
            return null;
        }
    }
}
