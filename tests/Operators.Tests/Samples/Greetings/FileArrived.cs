using System.ComponentModel;
using System.Text.Json;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Greetings;

/// <summary>A sensor: it is asked again and again until its condition holds.</summary>
[Operator("file-arrived")]
[Description("Waits until a file is there.")]
public sealed class FileArrived : SensorOperator<FileArrived.FileFields>
{
    public sealed record FileFields
    {
        [Description("The file.")]
        public required string Path { get; init; }

        [Description("Wait between two looks.")]
        public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
    }

    public override SensorMemory Memory => SensorMemory.Lasting;

    public override WaitPolicy PolicyOf(FileFields fields) => new() { Interval = fields.Interval };

    public override Task<PokeResult> PokeAsync(TaskContext context, FileFields fields, JsonElement? state, CancellationToken stop)
    {
        var file = new FileInfo(fields.Path);
        return Task.FromResult(file.Exists ? PokeResult.Met(new { Bytes = file.Length }) : PokeResult.NotYet());
    }
}
