using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// The chain of task instances that decided how long a run took: from the one that ended last, back through the upstream that each had to wait
/// for longest. To make a run shorter, shorten one of these.
/// </summary>
internal static class CriticalPath
{
    public static IReadOnlyList<InstancePicture> Of(DagSpec dag, IEnumerable<InstancePicture> instances)
    {
        var graph = new TaskGraph(dag);
        var regions = dag.Tasks.ToDictionary(task => task.Id, task => RegionsOf(dag, task), StringComparer.Ordinal);
        var ended = instances.Where(instance => instance.EndedAt is not null).ToLookup(instance => instance.TaskId, StringComparer.Ordinal);

        var path = new List<InstancePicture>();
        for (var next = Latest(ended.SelectMany(task => task)); next is not null;)
        {
            path.Add(next);
            var current = next;
            next = Latest(graph.Upstreams(current.TaskId).SelectMany(id => ended[id]).Where(upstream => upstream.EndedAt <= (current.StartedAt ?? current.EndedAt) && Sees(current, upstream, regions)));
        }
        path.Reverse();
        // What was only decided, as a task whose upstream failed, passed the wait on and took no time.
        path.RemoveAll(instance => instance.StartedAt is null);
        return path;
    }

    // Inside a mapped group, an instance sees the tasks of its own index only.
    private static bool Sees(InstancePicture reader, InstancePicture upstream, Dictionary<string, List<string>> regions)
    {
        var shared = regions[reader.TaskId].Zip(regions[upstream.TaskId]).TakeWhile(pair => pair.First == pair.Second).Count();
        return reader.Keys.Take(shared).SequenceEqual(upstream.Keys.Take(shared), StringComparer.Ordinal);
    }

    /// <summary>Ids of the mapped groups around a task, outermost first.</summary>
    private static List<string> RegionsOf(DagSpec dag, TaskSpec task)
    {
        var regions = new List<string>();
        for (var group = dag.Groups.FirstOrDefault(group => group.Id == task.Group); group is not null; group = dag.Groups.FirstOrDefault(outer => outer.Id == group.Parent))
        {
            if (group.Map is not null) regions.Insert(0, group.Id);
        }
        return regions;
    }

    private static InstancePicture? Latest(IEnumerable<InstancePicture> instances) => instances.MaxBy(instance => (instance.EndedAt, instance.StartedAt));
}
