using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.Operators.Tests;

/// <summary>Which waits are for the same.</summary>
public sealed class WaitConditionTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public void Condition_LeavesOutHowToWait()
    {
        var plain = Condition(new FileSensor(), """{"path":"/data/x"}""");

        Assert.Equal(plain, Condition(new FileSensor(), """{"interval":"5m","deadline":"1h","soft_fail":true,"errors_tolerated":3,"remember_for":"1h","backoff":2,"max_interval":"1h","path":"/data/x"}"""));
        Assert.Equal(plain, Condition(new FileSensor(), """{"path":"/data/x","min_count":1}"""));
        Assert.NotEqual(plain, Condition(new FileSensor(), """{"path":"/data/x","min_count":2}"""));
        Assert.NotEqual(plain, Condition(new FileSensor(), """{"path":"/data/y"}"""));
    }

    [Fact]
    public void Condition_OfATime_IsTheInstantHoweverItIsSaid()
    {
        var at = Condition(new TimeSensor(), """{"at":"2026-03-29T06:30:00Z"}""");

        Assert.Equal(at, Condition(new TimeSensor(), """{"at":"2026-03-29T08:30:00+02:00"}"""));
        Assert.Equal(at, Condition(new TimeSensor(), """{"time_of_day":"08:30","time_zone":"Europe/Paris"}"""));
        Assert.Equal(at, Condition(new TimeSensor(), """{"after":"5h30m"}"""));
        Assert.NotEqual(at, Condition(new TimeSensor(), """{"after":"6h"}"""));
        Assert.Null(Condition(new TimeSensor(), """{"after":"5h30m","from":"start"}"""));
    }

    private string? Condition(ISensorOperator sensor, string fields) => sensor.ConditionOf(Context(), JsonSerializer.Deserialize<JsonElement>(fields))?.GetRawText();

    private TaskContext Context() => new()
    {
        AttemptId = "a", Run = _attempts.Run, TaskId = "w", Try = 1, Log = null!, Logger = NullLogger.Instance,
        Scratch = new(Path.Combine(_attempts.Folder, "scratch")), Files = new RunFiles(_attempts.Blobs, "r"), Connect = (_, _) => throw new InvalidOperationException("no connection is needed"),
    };
}
