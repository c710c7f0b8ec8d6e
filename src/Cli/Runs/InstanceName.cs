using System.Collections.Immutable;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A task instance as it is typed: <c>airport.fit[SEA]</c>, or a task alone for all its instances.</summary>
/// <param name="TaskId">Full id of the task.</param>
/// <param name="Keys">Map keys, outermost first; empty for all instances.</param>
internal sealed record InstanceName(string TaskId, ImmutableArray<string> Keys)
{
    /// <summary>Reads a name. A key may hold anything but <c>][</c>.</summary>
    /// <exception cref="UpdraftException">A bracket is not closed.</exception>
    public static InstanceName Parse(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        if (open < 0) return new InstanceName(text, []);
        return open > 0 && text.EndsWith(']')
            ? new InstanceName(text[..open], [.. text[(open + 1)..^1].Split("][")])
            : throw new UpdraftException(CliErrors.NoTask, $"'{Printable.Of(text)}' names no task instance: write it as in fit[SEA]");
    }

    public override string ToString() => TaskId + string.Concat(Keys.Select(key => $"[{key}]"));

    public InstanceSelector ToSelector() => new(TaskId, Keys);

    public bool Matches(string taskId, ImmutableArray<string> keys) => taskId == TaskId && (Keys.IsEmpty || keys.AsSpan().SequenceEqual(Keys.AsSpan()));
}
