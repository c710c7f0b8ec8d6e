using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What the tasks of another run have handed over.</summary>
internal sealed class RunOutputs(IAttemptInputs inputs, ISpecSource specs, IBlobStore blobs, long maxBytes)
{
    private readonly OutputStore _outputs = new(blobs, maxBytes);

    /// <summary>The tasks at the end of a version.</summary>
    public async Task<IReadOnlyList<string>> LeavesAsync(string dagHash, CancellationToken cancellation) => DagLeaves.Of(await specs.GetAsync(dagHash, cancellation));

    /// <summary>Tasks that a version does not have, of those asked for.</summary>
    public async Task<IReadOnlyList<string>> UnknownAsync(string dagHash, IEnumerable<string> tasks, CancellationToken cancellation)
    {
        var dag = await specs.GetAsync(dagHash, cancellation);
        return [.. tasks.Where(id => dag.Tasks.All(task => task.Id != id))];
    }

    /// <summary>Outputs by task: of a mapped one the list of its instances', of one that handed nothing over null.</summary>
    public async Task<JsonElement> ReadAsync(RunRequest run, IEnumerable<string> tasks, CancellationToken cancellation)
    {
        var dag = await specs.GetAsync(run.DagHash, cancellation);
        var found = new SortedDictionary<string, JsonElement?>(StringComparer.Ordinal);
        foreach (var id in tasks)
        {
            var all = await _outputs.ReadAllAsync(id, inputs.OutputsAsync(run.RunId, id, [], cancellation), cancellation);
            found[id] = IsMapped(dag, dag.Tasks.First(task => task.Id == id)) ? all : all.GetArrayLength() == 0 ? null : all[0];
        }
        return JsonSerializer.SerializeToElement(found);
    }

    private static bool IsMapped(DagSpec dag, TaskSpec task)
    {
        if (task.Map is not null) return true;
        for (var group = GroupOf(task.Group); group is not null; group = GroupOf(group.Parent))
            if (group.Map is not null) return true;
        return false;

        GroupSpec? GroupOf(string? id) => dag.Groups.FirstOrDefault(each => each.Id == id);
    }
}
