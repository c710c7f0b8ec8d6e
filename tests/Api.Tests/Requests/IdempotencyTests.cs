using System.Net;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync();
        await _server.PublishAsync("{name: hello, tasks: {one: {step: {}}}}");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Trigger_SameKeyManyTimesAtOnce_MakesOneRun()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished())));

        var runs = await _server.Services.Runs.ListAsync("hello").ToListAsync();
        Assert.Equal(Assert.Single(runs).Entry.RunId, Assert.Single(answers.Select(answer => answer.RunId).Distinct()));
        Assert.Single(answers, answer => answer.Created);
    }

    [Fact]
    public async Task Trigger_FirstAnswerWasLost_MakesTheSameRun()
    {
        var first = await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished());
        await ForgetAnswersAsync();

        var second = await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished());

        Assert.Equal((first.RunId, false), (second.RunId, second.Created));
    }

    [Fact]
    public async Task Trigger_SameKeyOtherRequest_IsRefused()
    {
        await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished());

        var (status, problem) = await RefusedAsync("dags/hello/runs", "k", new TriggerPublished { Run = new RunGiven { Note = "another" } });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, ApiErrors.KeyReused), (status, problem.Code));
    }

    [Fact]
    public async Task Trigger_SameKeyOfAnother_IsAnotherRun()
    {
        var ann = await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished(), "ann");
        var bob = await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished(), "bob");

        Assert.NotEqual(ann.RunId, bob.RunId);
    }

    [Fact]
    public async Task Trigger_RefusedAndMended_TakesTheSameKey()
    {
        await RefusedAsync("dags/hello/runs", "k", new TriggerPublished { Version = "no version" });

        Assert.True((await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished())).Created);
    }

    [Fact]
    public async Task Bulk_RerunsOfOneKey_AreMadeOnce()
    {
        var runs = new[] { await PostAsync<RunAccepted>("dags/hello/runs", "1", new TriggerPublished()), await PostAsync<RunAccepted>("dags/hello/runs", "2", new TriggerPublished()) };
        var again = new BulkCommand { RunIds = [.. runs.Select(run => run.RunId)], Rerun = new Rerun() };

        var first = await PostAsync<BulkResult[]>("runs/bulk", "k", again);
        await ForgetAnswersAsync();
        var second = await PostAsync<BulkResult[]>("runs/bulk", "k", again);

        Assert.Equal(2, first.Select(result => result.NewRun).Distinct().Count());
        Assert.Equal(first, second);
        Assert.Equal(4, await _server.Services.Runs.ListAsync("hello").CountAsync());
    }

    [Fact]
    public async Task Key_AfterAWeek_IsForgotten()
    {
        var first = await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished());
        await _server.EndAsync(first.RunId);
        _server.Time.Advance(TimeSpan.FromDays(8.1));
        await _server.SendAsync<RetentionReport>(HttpMethod.Post, "retention", new RetentionRequest());

        Assert.NotEqual(first.RunId, (await PostAsync<RunAccepted>("dags/hello/runs", "k", new TriggerPublished())).RunId);
    }

    [Theory]
    [InlineData("a\u202eb")]
    [InlineData("two\u0001")]
    public async Task Key_NotPrintable_IsRefused(string key) => Assert.Equal(ApiErrors.KeyRefused, (await RefusedAsync("dags/hello/runs", key, new TriggerPublished())).Problem.Code);

    [Fact]
    public async Task Key_TooLong_IsRefused() => Assert.Equal(ApiErrors.KeyRefused, (await RefusedAsync("dags/hello/runs", new string('k', 201), new TriggerPublished())).Problem.Code);

    [Fact]
    public async Task Others_SameKeyTwice_MakeOne()
    {
        var run = await PostAsync<RunAccepted>("dags/hello/runs", "run", new TriggerPublished());
        for (var i = 0; i < 2; i++)
        {
            await PostAsync<RunAccepted>($"runs/{run.RunId}/rerun", "rerun", new Rerun());
            await PostAsync<MessageSent>("queue/messages", "message", new SendMessage { Body = "{}" });
            await PostAsync<EventOutcome>("events", "event", new SendEvent { Name = "paid", Key = "k" });
            await PostAsync<DatasetEvent>("datasets/events", "report", new DatasetReport("orders"));
        }

        Assert.Equal(2, await _server.Services.Runs.ListAsync("hello").CountAsync());
        Assert.Single(await _server.Services.Queue.WaitingAsync().ToListAsync());
        Assert.Single(await _server.Services.Events.ListAsync("k").ToListAsync());
        Assert.Single((await _server.Services.Datasets.EventsAsync("orders")).Events);
    }

    [Fact]
    public async Task Publish_RepeatedLate_DoesNotPutTheOldVersionBack()
    {
        var (old, newer) = (Publishing("first"), Publishing("second"));
        await PostAsync<PublishAnswer>("dags", "old", old);
        var current = await PostAsync<PublishAnswer>("dags", "new", newer);

        var late = await PostAsync<PublishAnswer>("dags", "old", old);

        Assert.Equal((current.Hash, false), (late.Hash, late.Changed));
    }

    private static PublishRequest Publishing(string says) => new()
    {
        Spec = JsonSerializer.Deserialize<JsonElement>(DagJson.Serialize(ApiTestServer.Yaml($"{{name: words, tasks: {{one: {{step: {{say: {says}}}}}}}}}"))),
        Operators = [],
    };

    private async Task ForgetAnswersAsync()
    {
        var state = _server.Services.Ports.State;
        await foreach (var listed in state.ListAsync("api/idempotency/"))
            await state.PutAsync(listed.Path, (await state.GetAsync<KeyedRequest>(listed.Path))!.Value with { Done = false }, WriteCondition.None);
    }

    private async Task<T> PostAsync<T>(string path, string key, object body, string user = "ann")
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, path, body, (IdempotencyKey.Header, key), ("X-Updraft-User", user));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
    }

    private async Task<(HttpStatusCode Status, Problem Problem)> RefusedAsync(string path, string key, object body)
    {
        using var answer = await _server.SendAsync(HttpMethod.Post, path, body, (IdempotencyKey.Header, key), ("X-Updraft-User", "ann"));
        return (answer.StatusCode, JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!);
    }
}
