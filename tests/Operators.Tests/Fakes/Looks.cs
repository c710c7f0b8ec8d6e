using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Looks of sensors in tests: one at a time as an attempt makes them, and many together.</summary>
internal static class Looks
{
    public static Task<PokedSensor> PokeAsync(this TestAttempts attempts, string sensor, object with) =>
        attempts.CallAsync<PokedSensor>(ActivityNames.PokeSensor, new PokeSensor(attempts.Task("wait", sensor, with), null));

    /// <summary>What each of the conditions found: its output, <c>null</c> for not yet, or the code of its failure.</summary>
    public static async Task<IReadOnlyList<string?>> PokeManyAsync(this TestAttempts attempts, IMultiSensor sensor, params object[] conditions)
    {
        var fields = conditions.Select(condition => JsonSerializer.SerializeToElement(condition)).ToList();
        Assert.Single(fields.Select(sensor.BackendOf).Distinct());
        var context = new TaskContext
        {
            AttemptId = "wait/1",
            Run = attempts.Run,
            TaskId = "wait",
            Try = 1,
            Log = new NoLog(),
            Logger = NullLogger.Instance,
            Scratch = new ScratchFolder(Path.Combine(attempts.Folder, "look")),
            Files = new RunFiles(attempts.Blobs, attempts.Run.RunId),
            Connect = new Connections(attempts, attempts).GetAsync,
        };
        var answers = await sensor.PokeManyAsync([.. fields.Select(each => new SensorPoke(context, each, null))], CancellationToken.None);
        return [.. answers.Select(answer => answer.Error is { } error ? AttemptEnds.Of(error, Redactor.None).Code : answer.Result!.IsMet ? answer.Result.Value?.GetRawText() ?? "" : null)];
    }

    private sealed class NoLog : ITaskLog
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) => ValueTask.CompletedTask;

        public void WriteLine(string line)
        {
        }
    }
}
