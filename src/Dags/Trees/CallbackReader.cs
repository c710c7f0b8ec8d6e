using System.Collections.Immutable;

namespace Updraft.Dags;

/// <summary>What is done at moments in the life of a run or task, from a tree.</summary>
internal static class CallbackReader
{
    public static Callbacks OfDag(ObjectReader dag)
    {
        foreach (var name in (string[])[Callbacks.Field(CallbackKind.Retry), Callbacks.Field(CallbackKind.Skip)])
            dag.Refuse(name, $"'{name}' is a task's: a run has 'on_success', 'on_failure' and 'on_late'; write it in a task, or in 'defaults' for all tasks");
        return new Callbacks { OnSuccess = Of(dag, CallbackKind.Success), OnFailure = Of(dag, CallbackKind.Failure), OnLate = Of(dag, CallbackKind.Late) };
    }

    public static Callbacks OfTask(ObjectReader task) => new()
    {
        OnSuccess = Of(task, CallbackKind.Success),
        OnFailure = Of(task, CallbackKind.Failure),
        OnRetry = Of(task, CallbackKind.Retry),
        OnSkip = Of(task, CallbackKind.Skip),
        OnLate = Of(task, CallbackKind.Late),
    };

    private static ImmutableArray<CallbackSpec> Of(ObjectReader around, CallbackKind kind) =>
        [.. around.Items(Callbacks.Field(kind)).Select(item => Callback(around, item.Name, item.Node)).OfType<CallbackSpec>()];

    private static CallbackSpec? Callback(ObjectReader around, string name, TreeNode node)
    {
        if (node is not TreeMap map)
        {
            around.Wrong(name, node, $"a callback is a mapping such as {{ shell: {{ script: ... }} }}, and this is {node.Kind}");
            return null;
        }
        var callback = around.Inner(name, map);
        var (retry, timeout) = (callback.Retry(), callback.Duration("timeout"));
        return callback.Operator("callback") is var (@operator, with) ? new CallbackSpec { Operator = @operator, With = with, Retry = retry, Timeout = timeout } : null;
    }
}
