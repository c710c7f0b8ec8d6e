using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class StreamTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync("{name: long, tasks: {one: {step: {wait: true, say: hello}}, two: {after: one, step: {}}}}");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task TriggerAsync(string runId)
    {
        await _server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/long/runs", new TriggerPublished { Run = new RunGiven { RunId = runId } });
        await _server.Steps.Waits;
    }

    [Fact]
    public async Task Run_UnderWay_TellsWhatChangesUntilItsEnd()
    {
        await TriggerAsync("r");
        await using var events = await EventReader.OpenAsync(_server, "runs/r/stream");
        Assert.Equal("text/event-stream", events.Answer.Content.Headers.ContentType?.MediaType);

        while ((await events.ReadAsync("run")).Read<RunResource>().Counts.GetValueOrDefault("running") == 0)
        {
        }
        _server.Steps.Go();
        var changed = new List<(string, TaskState)>();
        RunResource? last = null;
        string? id = null;
        for (StreamedEvent? read; (read = await events.ReadAsync())?.Name != "end";)
        {
            if (read?.Name is "instances") changed.AddRange(read.Read<TaskInstanceResource[]>().Select(instance => (instance.Task, instance.State)));
            if (read?.Name is "run") (last, id) = (read.Read<RunResource>(), read.Id);
        }

        Assert.Contains(("one", TaskState.Success), changed);
        Assert.Contains(("two", TaskState.Success), changed);
        Assert.Equal((RunStatus.Success, true, last!.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture)), (last.State, last.Final, id));
        Assert.Null(await events.ReadAsync());
    }

    [Fact]
    public async Task Run_CutAndAskedAgain_SaysHowItIs()
    {
        await TriggerAsync("r");
        _server.Steps.Go();
        await _server.EndAsync("r");
        await using var events = await EventReader.OpenAsync(_server, "runs/r/stream", lastId: "1");

        Assert.Equal(2, (await events.ReadAsync("instances")).Read<TaskInstanceResource[]>().Length);
        Assert.Equal(RunStatus.Success, (await events.ReadAsync("run")).Read<RunResource>().State);
        Assert.Equal("end", (await events.ReadAsync())?.Name);
    }

    [Fact]
    public async Task Run_WhereNothingHappens_KeepsTheStreamAlive()
    {
        await TriggerAsync("r");
        await using var events = await EventReader.OpenAsync(_server, "runs/r/stream");
        while ((await events.ReadAsync("run")).Read<RunResource>().Counts.GetValueOrDefault("running") == 0)
        {
        }
        var before = _server.Time.GetUtcNow();

        Assert.True((await events.ReadAsync())?.IsComment);
        Assert.True(_server.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(14));
        _server.Steps.Go();
    }

    [Fact]
    public async Task Log_OfARunningTry_ComesAsItGrowsAndEnds()
    {
        await TriggerAsync("r");
        await _server.ShownAsync("r", run => run.Counts.GetValueOrDefault("running") == 1);
        await using var events = await EventReader.OpenAsync(_server, "runs/r/logs/one/stream");

        var first = await events.ReadAsync("log");
        Assert.Equal((new LogLines(0, "hello\n"), "6"), (first.Read<LogLines>(), first.Id));
        _server.Steps.Go();
        Assert.Equal(new LogEnd("one", 1, 6), (await events.ReadAsync("end")).Read<LogEnd>());
    }

    [Fact]
    public async Task Log_AppendedTo_IsToldToWhoWaits()
    {
        using var told = _server.Services.LogNotices.Next("logs/x/");
        Assert.False(told.Task.IsCompleted);

        await _server.Services.Ports.Blobs.AppendAsync("logs/x/", 0, "x"u8.ToArray());

        await told.Task;
    }

    [Fact]
    public async Task Log_GoneOnWith_BeginsWhereItWasCut()
    {
        await TriggerAsync("r");
        _server.Steps.Go();
        await _server.EndAsync("r");
        await using var events = await EventReader.OpenAsync(_server, "runs/r/logs/one/stream", lastId: "2");

        Assert.Equal(new LogLines(2, "llo\n"), (await events.ReadAsync("log")).Read<LogLines>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fleet_RunsOfOthers_AreToldOfAtEachChange(bool hears)
    {
        await using var server = await ApiTestServer.StartAsync(options => options with { HearsNotices = hears });
        await server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
        await using var events = await EventReader.OpenAsync(server, "stream");
        await server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/long/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await server.Steps.Waits;

        FleetRun told;
        do told = (await events.ReadAsync("run")).Read<FleetRun>(); while (told.State is RunStatus.Queued);
        Assert.Equal(("r", "long", RunStatus.Running), (told.RunId, told.Dag, told.State));
        server.Steps.Go();
        Assert.Equal(RunStatus.Success, (await events.ReadAsync("run")).Read<FleetRun>().State);
    }

    [Fact]
    public async Task Fleet_Alert_IsTold()
    {
        await using var events = await EventReader.OpenAsync(_server, "stream");
        await _server.Services.Alerts.RaiseAsync(new Alert { Id = "a", Kind = "test", Message = "look", At = _server.Time.GetUtcNow() });

        Assert.Equal("look", (await events.ReadAsync("alert")).Read<Alert>().Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fleet_WhereAnswersAreCut_EndsBeforeWithTheWordToReadAnew(bool hears)
    {
        await using var server = await ApiTestServer.StartAsync(options => options with { HearsNotices = hears, LongestAnswer = TimeSpan.FromSeconds(100) });
        var begin = server.Time.GetUtcNow();
        await using var events = await EventReader.OpenAsync(server, "stream");

        await events.ReadAsync("reload");

        // Not before; the test's time runs on while the server writes.
        Assert.True(server.Time.GetUtcNow() - begin >= TimeSpan.FromSeconds(100));
        Assert.Null(await events.ReadAsync());
    }

    [Fact]
    public async Task Run_WhereAnswersAreCut_EndsWithoutSayingThatTheRunHas()
    {
        await using var server = await ApiTestServer.StartAsync(options => options with { LongestAnswer = TimeSpan.FromSeconds(100) });
        await server.PublishAsync("{name: long, tasks: {one: {step: {wait: true}}}}");
        await server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/long/runs", new TriggerPublished { Run = new RunGiven { RunId = "r" } });
        await server.Steps.Waits;
        await using var events = await EventReader.OpenAsync(server, "runs/r/stream");

        var names = new List<string?>();
        while (await events.ReadAsync() is { } read) names.Add(read.Name);

        Assert.DoesNotContain("end", names);
        server.Steps.Go();
    }

    [Fact]
    public async Task Fleet_ListenerThatIsTooSlow_IsCutAndTheOthersGoOn()
    {
        var hub = new FleetHub(_server.Services);
        using var slow = hub.Listen();
        using var quick = hub.Listen();
        for (var n = 0; n <= FleetHub.Room; n++)
        {
            hub.Tell($"r{n}", RunStatus.Running, null);
            Assert.True(quick.Events.TryRead(out _));
        }

        var kept = 0;
        while (slow.Events.TryRead(out _)) kept++;
        Assert.Equal(FleetHub.Room, kept);
        Assert.False(await slow.Events.WaitToReadAsync());
        hub.Tell("last", RunStatus.Running, null);
        Assert.True(quick.Events.TryRead(out var last));
        Assert.Equal("last", last.RunId);
    }
}
