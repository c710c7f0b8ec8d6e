using System.Collections.Concurrent;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>A place where jobs run: a job is done after some looks.</summary>
internal sealed class FakeBackend
{
    private readonly ConcurrentDictionary<string, int> _looks = new(StringComparer.Ordinal);

    public FakeBackend() => Job = new JobOfBackend(this);

    public IJobOperator Job { get; }

    /// <summary>Looks after which a job is done; null for never.</summary>
    public int? DoneAfter { get; set; } = 3;

    /// <summary>Jobs that were ever started, by the attempt's id.</summary>
    public ICollection<string> Started => _looks.Keys;

    public ConcurrentDictionary<string, bool> Cancelled { get; } = new(StringComparer.Ordinal);

    private sealed class JobOfBackend(FakeBackend backend) : IJobOperator
    {
        public OperatorManifest Manifest { get; } = new() { Name = "job", Kind = OperatorKind.Job, Description = "Runs elsewhere.", Fields = JsonSerializer.SerializeToElement(new { type = "object", additionalProperties = true }) };

        public Task<JobSubmission> SubmitAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            backend._looks.TryAdd(context.AttemptId, 0);
            return Task.FromResult(new JobSubmission(context.AttemptId));
        }

        public Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop)
        {
            if (backend.Cancelled.ContainsKey(job.ExternalId!)) return Task.FromResult(JobCheck.Ended(TaskOutcome.Failed("killed")));
            var looks = backend._looks.AddOrUpdate(job.ExternalId!, 1, (_, before) => before + 1);
            return Task.FromResult(looks >= backend.DoneAfter ? JobCheck.Ended(TaskOutcome.Success(looks)) : JobCheck.Running());
        }

        public Task<bool> CancelAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop)
        {
            backend.Cancelled[context.AttemptId] = true;
            return Task.FromResult(true);
        }
    }
}

/// <summary>A condition that holds from some look on.</summary>
internal sealed class FakeSensor : ISensorOperator
{
    private int _looks;

    /// <summary>Looks after which the condition holds.</summary>
    public int MetAfter { get; set; } = 3;

    public int Looks => _looks;

    public OperatorManifest Manifest { get; } = new() { Name = "sensor", Kind = OperatorKind.Sensor, Description = "Waits.", Fields = JsonSerializer.SerializeToElement(new { type = "object", additionalProperties = true }) };

    public SensorMemory Memory => SensorMemory.Lasting;

    public WaitPolicy? PolicyOf(JsonElement fields) => null;

    public Task<PokeResult> PokeAsync(TaskContext context, JsonElement fields, JsonElement? state, CancellationToken stop) =>
        Task.FromResult(Interlocked.Increment(ref _looks) >= MetAfter ? PokeResult.Met("there") : PokeResult.NotYet());
}
