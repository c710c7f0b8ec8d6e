namespace Updraft.Orchestration;

/// <summary>Where the documents of shared waits lie.</summary>
public static class WatcherPaths
{
    /// <summary>Under it, the actors that watch, and who waits for them.</summary>
    public const string All = "watchers/";

    /// <summary>Under it, the conditions that held once, by key.</summary>
    public const string AllRemembered = "remembered/";

    /// <summary>The actor that watches the conditions of a key: one condition, or all of a backend.</summary>
    public static ActorId Of(string key) => new(ActorKindNames.Watcher, All + DocumentPath.Of(key));

    /// <summary>Under it, those who wait, by condition.</summary>
    public static string Waiters(ActorId watcher) => watcher.Path + "waiters/";

    /// <summary>Under it, those who wait for a condition.</summary>
    public static string Waiters(ActorId watcher, string condition) => Waiters(watcher) + DocumentPath.Of(condition);

    /// <summary>One who waits.</summary>
    public static string Waiter(ActorId watcher, string condition, string attemptId) => Waiters(watcher, condition) + DocumentPath.Of(JobPaths.NameOf(attemptId));

    /// <summary>The key of the condition that a waiter's path says.</summary>
    public static string ConditionOf(string waiterPath) => waiterPath.Split('/')[^3];

    /// <summary>The watcher that a path under <see cref="All"/> says.</summary>
    public static ActorId WatcherOf(string path) => Of(path.Split('/')[1]);

    /// <summary>Under it, how the looks at conditions stand, where there is something to know.</summary>
    public static string AllProgress(ActorId watcher) => watcher.Path + "conditions/";

    /// <summary>How the looks at a condition stand.</summary>
    public static string Progress(ActorId watcher, string condition) => AllProgress(watcher) + DocumentPath.Of(condition);

    /// <summary>That a condition held.</summary>
    public static string Remembered(string condition) => AllRemembered + DocumentPath.Of(condition);

    /// <summary>Where an attempt of a run waits.</summary>
    public static string Wait(string runPath, string attemptId) => $"{runPath}waits/{DocumentPath.Of(attemptId)}";
}
