using System.Collections.Concurrent;
using Updraft.Orchestration;

namespace Updraft.Embedded.Tests;

/// <summary>Each scenario dies at every point, k = 0, 1, 2, …, until a run meets none; a new host on the folder must end as if nothing had been.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData("chain", 4)]
    [InlineData("fan", 6)]
    [InlineData("timer", 2)]
    [InlineData("event", 3)]
    [InlineData("again", 4)]
    public async Task Crash_AtEveryPoint_TheInstanceEndsRight(string scenario, int expected)
    {
        var crashes = 0;
        for (var k = 0; ; k++)
        {
            using var folder = new DataFolder();
            var ran = new ConcurrentDictionary<string, int>();
            var told = await RunAsync(folder, scenario, ran, new CrashAt(k));
            var crashed = told is null;
            if (crashed)
            {
                crashes++;
                told = await RunAsync(folder, scenario, ran, faults: null);
            }
            Assert.True(expected == told!.Output!.Value.GetInt32(), $"{scenario} gave {told.Output} after a crash at {k}");
            // I3: an activity runs at most once more than there were crashes.
            Assert.All(ran, activity => Assert.InRange(activity.Value, 1, crashed ? 2 : 1));
            Assert.Equal("ok", Integrity(folder));
            if (!crashed) break;
        }
        Assert.True(crashes > 5, $"only {crashes} points were met");
    }

    [Fact]
    public async Task Crash_AfterAnAcknowledgedPut_TheDocumentIsThere()
    {
        for (var k = 0; ; k++)
        {
            using var folder = new DataFolder();
            var acknowledged = 0;
            var host = await folder.OpenAsync(options => options with { Faults = new CrashAt(k) });
            await using (host)
            {
                try
                {
                    for (; acknowledged < 3; acknowledged++) await host.State.PutAsync($"d/{acknowledged}/", new() { Content = "1"u8.ToArray() });
                }
                catch (SimulatedCrashException)
                {
                    Assert.True(host.Crashed.Task.IsCompletedSuccessfully);
                    await Assert.ThrowsAsync<SimulatedCrashException>(() => host.State.PutAsync("late/", new() { Content = "1"u8.ToArray() }));
                    await Assert.ThrowsAsync<SimulatedCrashException>(() => host.Blobs.WriteAsync("late/", new MemoryStream()));
                }
            }
            await using var next = await folder.OpenAsync();
            for (var n = 0; n < acknowledged; n++) Assert.NotNull(await next.State.GetAsync($"d/{n}/"));
            Assert.Null(await next.State.GetAsync("late/"));
            if (acknowledged == 3) break;
        }
    }

    /// <summary>Runs a scenario as far as it comes; null when it died.</summary>
    private static async Task<OrchestrationMetadata?> RunAsync(DataFolder folder, string scenario, ConcurrentDictionary<string, int> ran, IFaults? faults)
    {
        await using var host = await folder.OpenAsync(options => options with { Faults = faults });
        try
        {
            await host.StartAsync(Scenarios(ran));
            await host.ScheduleAsync(scenario, "i", 0);
            if (scenario == "event")
            {
                await host.Client.RaiseEventAsync("i", "one", 1);
                await host.Client.RaiseEventAsync("i", "two", 2);
            }
            return await host.RunToEndAsync("i");
        }
        catch (SimulatedCrashException)
        {
            return null;
        }
    }

    private static ActivityRegistry Scenarios(ConcurrentDictionary<string, int> ran) => new ActivityRegistry()
        .Add("next", ActivityWeight.InProcess, context =>
        {
            ran.AddOrUpdate($"{context.Input}", 1, (_, times) => times + 1);
            return Task.FromResult<object?>(context.GetInput<int>() + 1);
        })
        .AddOrchestrator("chain", async context =>
        {
            var n = 0;
            while (n < 4) n = await context.CallActivityAsync<int>("next", n);
            return n;
        })
        .AddOrchestrator("fan", async context =>
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => context.CallActivityAsync<int>("next", n)));
            return results.Sum();
        })
        .AddOrchestrator("timer", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), default);
            var n = await context.CallActivityAsync<int>("next", 0);
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), default);
            return await context.CallActivityAsync<int>("next", n);
        })
        .AddOrchestrator("event", async context =>
        {
            var two = await context.WaitForExternalEvent<int>("two");
            var one = await context.WaitForExternalEvent<int>("one");
            return one + two;
        })
        .AddOrchestrator("again", async context =>
        {
            var n = await context.CallActivityAsync<int>("next", context.GetInput<int>());
            if (n < 4) context.ContinueAsNew(n);
            return n;
        });

    private static string Integrity(DataFolder folder)
    {
        using var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName));
        using var query = db.Query("PRAGMA integrity_check");
        return query.Step() ? query.Text(0) : "";
    }
}
