namespace Updraft.FunctionApp;

/// <summary>The task hubs of both lanes, as every function binds them: <c>[DurableClient(TaskHub = TaskHubs.Default)]</c>.</summary>
public static class TaskHubs
{
    /// <summary>That of the lane <c>default</c>.</summary>
    public const string Default = $"%{AppSettings.DefaultTaskHub}%";

    /// <summary>That of the lane <c>fast</c>; the same where one app does the work of all lanes.</summary>
    public const string Fast = $"%{AppSettings.FastTaskHub}%";
}
