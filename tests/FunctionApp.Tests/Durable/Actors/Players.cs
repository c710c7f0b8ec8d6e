using System.Collections.Concurrent;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>The operators of the tests, one of each kind.</summary>
internal sealed class Players
{
    private readonly ConcurrentDictionary<string, int> _acting = new(StringComparer.Ordinal);

    private int _looks;

    /// <summary>Looks at sensors' conditions.</summary>
    public int Looks => _looks;

    /// <summary>How an activity waits without being at work.</summary>
    public Func<Func<Task>, Task> AwayAsync { get; set; } = wait => wait();

    /// <summary>Attempts for which two acted at the same time.</summary>
    public ConcurrentBag<string> Doubled { get; } = [];

    /// <summary>Looks after which a sensor's condition holds.</summary>
    public int MetAfter { get; set; } = 3;

    /// <summary>How sensors wait; null for every 30 seconds.</summary>
    public WaitPolicy? Policy { get; set; }

    /// <summary>Attempts that were told to stop.</summary>
    public ConcurrentBag<string> Stopped { get; } = [];

    public IReadOnlyList<IOperator> All => [new Act(this), new Job(), new Sensor(this, "own", SensorMemory.Own), new Sensor(this, "lasting", SensorMemory.Lasting)];

    private static OperatorManifest Manifest(string name, OperatorKind kind) =>
        new() { Name = name, Kind = kind, Description = "Of a test.", Fields = JsonSerializer.SerializeToElement(new { type = "object", additionalProperties = true }) };

    /// <summary>Hands over <c>value</c>; fails the first <c>fails</c> tries; with <c>forever</c> works until it is stopped.</summary>
    private sealed class Act(Players players) : IRunOperator
    {
        public OperatorManifest Manifest { get; } = Players.Manifest("act", OperatorKind.Run);

        public async Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            if (players._acting.AddOrUpdate(context.AttemptId, 1, (_, others) => others + 1) > 1) players.Doubled.Add(context.AttemptId);
            try
            {
                await Task.Yield();
                if (fields.TryGetProperty("forever", out _)) await UntilStoppedAsync(context, stop);
                if (fields.TryGetProperty("fails", out var fails) && context.Try <= fails.GetInt32()) return TaskOutcome.Failed("not yet");
                return fields.TryGetProperty("value", out var value) ? TaskOutcome.Success(value) : TaskOutcome.Success();
            }
            finally
            {
                players._acting.AddOrUpdate(context.AttemptId, 0, (_, acting) => acting - 1);
            }
        }

        private async Task UntilStoppedAsync(TaskContext context, CancellationToken stop)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = stop.UnsafeRegister(_ => stopped.TrySetResult(), null);
            await players.AwayAsync(() => stopped.Task);
            players.Stopped.Add(context.AttemptId);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Is done at the third look.</summary>
    private sealed class Job : IJobOperator
    {
        private readonly ConcurrentDictionary<string, int> _looks = new(StringComparer.Ordinal);

        public OperatorManifest Manifest { get; } = Players.Manifest("job", OperatorKind.Job);

        public Task<JobSubmission> SubmitAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            _looks.TryAdd(context.AttemptId, 0);
            return Task.FromResult(new JobSubmission(context.AttemptId));
        }

        public Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop) =>
            Task.FromResult(_looks.AddOrUpdate(job.ExternalId!, 1, (_, before) => before + 1) >= 3 ? JobCheck.Ended(TaskOutcome.Success("done")) : JobCheck.Running());

        public Task<bool> CancelAsync(TaskContext context, JobHandle job, JsonElement fields, CancellationToken stop) => Task.FromResult(true);
    }

    private sealed class Sensor(Players players, string name, SensorMemory memory) : ISensorOperator
    {
        public OperatorManifest Manifest { get; } = Players.Manifest(name, OperatorKind.Sensor);

        public SensorMemory Memory => memory;

        public WaitPolicy? PolicyOf(JsonElement fields) => players.Policy;

        public Task<PokeResult> PokeAsync(TaskContext context, JsonElement fields, JsonElement? state, CancellationToken stop) =>
            Task.FromResult(Interlocked.Increment(ref players._looks) >= players.MetAfter ? PokeResult.Met("there") : PokeResult.NotYet());
    }
}
