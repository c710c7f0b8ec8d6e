using System.Text.Json;
using Updraft.Operators;

namespace Updraft.Runs;

/// <summary>One execution of an attempt by the test's operator.</summary>
internal sealed class Act(Stage stage, TaskContext context, JsonElement fields, CancellationToken stop)
{
    public TaskContext Context { get; } = context;

    public JsonElement Fields { get; } = fields;

    public CancellationToken Stop { get; } = stop;

    public int Try => Context.Try;

    /// <summary>The field <c>value</c>, its templates resolved.</summary>
    public JsonElement Value => Fields.GetProperty("value");

    /// <summary>Works for a time of the virtual clock, or until it is stopped.</summary>
    public Task WorkForAsync(TimeSpan time) => stage.AwayAsync(wake => stage.Scene.Time.CreateTimer(_ => wake(), null, time, Timeout.InfiniteTimeSpan), Stop);

    /// <summary>Works until it is stopped.</summary>
    public Task WorkForEverAsync() => stage.AwayAsync(_ => null, Stop);
}
