namespace Updraft.FunctionApp;

/// <summary>What the app does without being asked. That of the lane <c>default</c> does it for all lanes, whose instances it reaches as well; that of another does nothing.</summary>
public sealed class Upkeep
{
    /// <summary>How long retention may take: below the longest time of a function in <c>host.json</c>.</summary>
    public static readonly TimeSpan RetentionBudget = TimeSpan.FromMinutes(20);

    private readonly AppOptions _options;
    private readonly WatchdogPass _watchdog;
    private readonly RetentionPass _retention;

    internal Upkeep(AppOptions options, WatchdogPass watchdog, RetentionPass retention) => (_options, _watchdog, _retention) = (options, watchdog, retention);

    /// <summary>Repairs what crashes and lost hints left undone.</summary>
    public Task WatchAsync(CancellationToken cancellation) => _options.LooksAfterAll ? _watchdog.RunAsync(cancellation) : Task.CompletedTask;

    /// <summary>Removes what is old.</summary>
    public Task RetainAsync(CancellationToken cancellation) => _options.LooksAfterAll ? _retention.RunAsync(_options.Retention, RetentionBudget, cancellation) : Task.CompletedTask;
}
