using Microsoft.Extensions.Hosting;

namespace Updraft.Cli;

/// <summary>Signals are the command's own affair, and not that of a server within it.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
