using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A run as <c>--json</c> prints it; its form is in <c>docs/cli.md</c>.</summary>
internal sealed record RunDocumentJson
{
    private static readonly JsonSerializerOptions Options = new(OrchestrationJson.Options) { WriteIndented = true };

    public required string RunId { get; init; }

    public required string Dag { get; init; }

    public required string DagHash { get; init; }

    public required RunStatus Status { get; init; }

    public string? Reason { get; init; }

    public string? Code { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? EndedAt { get; init; }

    public required JsonElement Params { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required ImmutableSortedDictionary<string, int> Counts { get; init; }

    public required IReadOnlyList<TaskJson> Tasks { get; init; }

    /// <summary>Paths of the files that the run left.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>A task instance.</summary>
    public sealed record TaskJson
    {
        public required string Task { get; init; }

        public ImmutableArray<string> Keys { get; init; } = [];

        public required TaskState State { get; init; }

        public int Try { get; init; }

        public DateTime? StartedAt { get; init; }

        public DateTime? EndedAt { get; init; }

        public string? Reason { get; init; }

        public string? Code { get; init; }

        public OutputRef? Output { get; init; }
    }

    public static string Of(RunShown shown, IReadOnlyList<string> files) => JsonSerializer.Serialize(
        new RunDocumentJson
        {
            RunId = shown.Run.RunId,
            Dag = shown.Run.Dag,
            DagHash = shown.Run.DagHash,
            Status = shown.Run.State,
            Reason = shown.Run.Reason,
            Code = shown.Run.Code,
            CreatedAt = shown.Run.CreatedAt,
            StartedAt = shown.Run.StartedAt,
            EndedAt = shown.Run.EndedAt,
            Params = shown.Run.Params,
            Labels = shown.Run.Labels,
            Counts = shown.Run.Counts,
            Tasks = [.. shown.Instances.Select(Of)],
            Files = files,
        },
        Options);

    private static TaskJson Of(TaskInstanceResource instance) => new()
    {
        Task = instance.Task,
        Keys = instance.Keys,
        State = instance.State,
        Try = instance.Try,
        StartedAt = instance.StartedAt,
        EndedAt = instance.EndedAt,
        Reason = instance.Reason,
        Code = instance.Code,
        Output = instance.Output,
    };
}
