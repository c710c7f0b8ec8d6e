using Microsoft.Extensions.Logging;
using Updraft.Api;
using Updraft.Operators;

namespace Updraft.FunctionApp;

/// <summary>
/// The watchdog on many machines: the timer's own lock has one pass at a time, and within this process it is held once more. The lanes' heartbeats are started with it, and
/// the figures of documents are read after it, so that one machine tells them.
/// </summary>
internal sealed class WatchdogPass(RunServices services, AppOptions options, ApiPipeline api, ILogger<WatchdogPass> log) : IDisposable
{
    private readonly SemaphoreSlim _watching = new(1);
    private bool _hasHeartbeats;

    /// <summary>Makes a pass.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!await _watching.WaitAsync(0, CancellationToken.None))
        {
            Logs.StillUnderWay(log, "watchdog");
            return;
        }
        try
        {
            if (!_hasHeartbeats) await services.StartHeartbeatsAsync(options.Lanes, cancellation);
            _hasHeartbeats = true;
            var report = await services.ReconcileAsync(cancellation);
            Logs.Watched(log, report.Problems.Length, report.Took);
            await UpdraftTelemetry.RefreshAsync(api.Services, cancellation);
        }
        finally
        {
            _watching.Release();
        }
    }

    public void Dispose() => _watching.Dispose();
}
