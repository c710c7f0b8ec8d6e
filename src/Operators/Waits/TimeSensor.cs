using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Waits for a time. One look says how long it is until then, and the next is at that time: nothing is polled.</summary>
[Operator("time")]
[Description("Waits until an instant, a time of day, or some time after the data interval or the start of the wait.")]
public sealed class TimeSensor(TimeProvider clock) : SensorOperator<TimeFields>
{
    /// <summary>Waits by the system's clock.</summary>
    public TimeSensor()
        : this(TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Lasting;

    /// <inheritdoc/>
    public override Task<PokeResult> PokeAsync(TaskContext context, TimeFields fields, JsonElement? state, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var began = state is { } known ? known.GetDateTimeOffset() : now;
        var until = UntilOf(fields, context.Run, began);
        return Task.FromResult(now >= until
            ? PokeResult.Met(new { at = Instants.Format(until) })
            : PokeResult.NotYet(JsonSerializer.SerializeToElement(began)) with { NextPokeAfter = until - now });
    }

    /// <summary>The instant; none when it counts from the start of the wait.</summary>
    public override JsonElement? ConditionOf(TaskContext context, TimeFields fields) =>
        fields is { After: not null, From: WaitFrom.Start } ? null : JsonSerializer.SerializeToElement(Instants.Format(UntilOf(fields, context.Run, default)));

    private static DateTimeOffset UntilOf(TimeFields fields, RunRequest run, DateTimeOffset began)
    {
        if (fields.At is { } at) return OffsetDateTimePattern.ExtendedIso.Parse(at).Value.ToDateTimeOffset();
        if (fields.After is { } after) return (fields.From is WaitFrom.Start ? began : run.DataIntervalEnd) + after;
        var time = TimeOnly.ParseExact(fields.TimeOfDay!, TimeFields.Forms, CultureInfo.InvariantCulture);
        var zone = DateTimeZoneProviders.Tzdb[fields.TimeZone];
        var day = Instant.FromDateTimeOffset(run.DataIntervalEnd).InZone(zone).Date;
        return (day + LocalTime.FromTimeOnly(time)).InZoneLeniently(zone).ToDateTimeOffset(); // After a gap at its first instant, in a repeat at the earlier.
    }
}
