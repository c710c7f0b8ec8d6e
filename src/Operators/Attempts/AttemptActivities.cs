using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>The activities that do the work of tasks.</summary>
public static class AttemptActivities
{
    /// <summary>Registers them with a host.</summary>
    public static ActivityRegistry AddAttempts(this ActivityRegistry registry, AttemptServices services)
    {
        var run = new RunAttempt(services);
        var jobs = new JobActivities(services);
        var sensors = new SensorActivities(services);
        var waits = new WaitActivities(services);
        var maps = new MapActivities(services);
        var preparation = new AttemptPreparation(services);
        return registry
            .Add(ActivityNames.RunAttempt, WeightOf, run.RunAsync)
            .Add(ActivityNames.StopAttempt, ActivityWeight.Bookkeeping, activity => StopAsync(services.Host, activity))
            .Add(ActivityNames.SubmitJob, ActivityWeight.InProcess, jobs.SubmitAsync)
            .Add(ActivityNames.CheckJob, ActivityWeight.InProcess, jobs.CheckAsync)
            .Add(ActivityNames.CancelJob, ActivityWeight.InProcess, jobs.CancelAsync)
            .Add(ActivityNames.PokeSensor, ActivityWeight.InProcess, sensors.PokeAsync)
            .Add(ActivityNames.StartWait, ActivityWeight.InProcess, waits.StartAsync)
            .Add(ActivityNames.StopWait, ActivityWeight.Bookkeeping, waits.StopAsync)
            .Add(ActivityNames.WatchConditions, ActivityWeight.InProcess, waits.WatchAsync)
            .Add(ActivityNames.ExpandMap, ActivityWeight.InProcess, maps.ExpandAsync)
            .Add(ActivityNames.ReadMapKeys, ActivityWeight.Bookkeeping, maps.ReadKeysAsync)
            .Add(ActivityNames.RenderLimitKey, ActivityWeight.Bookkeeping, activity => LimitKeyAsync(preparation, activity));
    }

    private static ActivityWeight WeightOf(JsonElement request) =>
        request.TryGetProperty("weight", out var weight) ? weight.Deserialize<ActivityWeight>(OrchestrationJson.Options) : ActivityWeight.InProcess;

    private static async Task<object?> StopAsync(IAttemptHost host, ActivityContext activity) =>
        new StoppedAttempt(await host.StopAsync(activity.GetInput<StopAttempt>().AttemptId, activity.Cancellation));

    private static async Task<object?> LimitKeyAsync(AttemptPreparation preparation, ActivityContext activity)
    {
        try
        {
            return new LimitKey(await preparation.LimitKeyAsync(activity.GetInput<AttemptRequest>(), activity.Cancellation));
        }
        catch (UpdraftException e)
        {
            return new LimitKey(null, AttemptEnds.Clip(e.Message));
        }
    }
}
