using System.Diagnostics;
using System.Net.Http.Json;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class RunTraceTests : IAsyncLifetime
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task TriggerAsync(string dag, string tasks, string? traceparent = null)
    {
        await _server.PublishAsync($"{{name: {dag}, tasks: {tasks}}}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{UpdraftApi.Prefix}/dags/{dag}/runs") { Content = JsonContent.Create(new TriggerPublished { Run = new RunGiven { RunId = dag } }, options: ApiJson.Options) };
        if (traceparent is not null) request.Headers.Add("traceparent", traceparent);
        (await _server.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Run_WithAFailedTask_IsOneTraceWithASpanForEachAttempt()
    {
        using var spans = new Spans("traced-run");
        await TriggerAsync("traced-run", "{one: {step: {}}, two: {after: one, step: {fail: broken}}}", Caller);
        await _server.EndAsync("traced-run");

        var trigger = spans["trigger traced-run"];
        Assert.Equal(["one", "run traced-run", "trigger traced-run", "two"], spans.All.Select(span => span.DisplayName).Order(StringComparer.Ordinal));
        Assert.All(spans.All, span => Assert.Equal(trigger.TraceId, span.TraceId));
        Assert.All(spans.All.Where(span => span != trigger), span => Assert.Equal(trigger.SpanId, span.ParentSpanId));
        Assert.Equal((ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Error), (spans["one"].Status, spans["two"].Status, spans["run traced-run"].Status));
        Assert.Equal("failed_for_good", spans["two"].GetTagItem("updraft.outcome"));
        Assert.All(spans.All, span => Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", Assert.Single(span.Links).Context.TraceId.ToHexString()));
        Assert.NotEqual("4bf92f3577b34da6a3ce929d0e0e4736", trigger.TraceId.ToHexString());
    }

    [Fact]
    public async Task Run_ThatIsThereAlready_HasNoSecondTrigger()
    {
        using var spans = new Spans("traced-twice");
        await TriggerAsync("traced-twice", "{one: {step: {}}}");
        await TriggerAsync("traced-twice", "{one: {step: {}}}");
        await _server.EndAsync("traced-twice");

        Assert.Single(spans.All, span => span.DisplayName == "trigger traced-twice" && span.Recorded);
    }

    [Fact]
    public async Task Attempt_ThatIsTriedAgain_HasASpanForEachTry()
    {
        using var spans = new Spans("traced-tries");
        await TriggerAsync("traced-tries", "{one: {retries: 1, shell: {script: exit 3}}}");
        await _server.EndAsync("traced-tries");

        Assert.Equal([1, 2], spans.All.Where(span => span.DisplayName == "one").Select(span => (int)span.GetTagItem("updraft.try")!).Order());
    }

    [Fact]
    public async Task Message_WithATraceparent_LinksItsRun()
    {
        using var spans = new Spans("traced-message");
        await _server.PublishAsync("{name: traced-message, tasks: {one: {step: {}}}}");
        await _server.Services.Queue.SendAsync(new QueueMessage { Id = "m", Body = """{"dag": "traced-message", "run_id": "traced-message"}""", Properties = new QueueMessage { Id = "m" }.Properties.SetItem(QueueProperties.TraceParent, Caller) });
        await _server.Services.QueueConsumer.DrainAsync();
        await _server.EndAsync("traced-message");

        Assert.Equal("00f067aa0ba902b7", Assert.Single(spans["one"].Links).Context.SpanId.ToHexString());
        Assert.Equal(Caller, (await _server.Services.Runs.Reader.GetAsync("traced-message"))!.Request.TriggeredIn);
    }

    [Fact]
    public async Task Run_WhoseTriggerWasNotTraced_IsOneTraceAllTheSame()
    {
        await TriggerAsync("traced-late", "{one: {step: {wait: true}}, two: {after: one, step: {}}}", "no traceparent");
        await _server.Steps.Waits;
        using var spans = new Spans("traced-late");
        _server.Steps.Go();
        await _server.EndAsync("traced-late");

        Assert.Equal(["one", "run traced-late", "two"], spans.All.Select(span => span.DisplayName).Order(StringComparer.Ordinal));
        Assert.Single(spans.All.Select(span => (span.TraceId, span.ParentSpanId)).Distinct());
    }
}
