namespace Updraft.Orchestration;

/// <summary>Something beside runs and versions that retention looks after.</summary>
/// <param name="Name">What it removes, in the plural.</param>
/// <param name="RunOnceAsync">Removes what the policy does not keep at an instant; returns how many.</param>
public sealed record RetentionPart(string Name, Func<RetentionPolicy, DateTimeOffset, CancellationToken, Task<int>> RunOnceAsync);
