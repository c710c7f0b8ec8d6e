using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>One run per message with its body as conf; complete, retry or dead-letter with the reason.</summary>
public sealed class RunRequestHandlerTests
{
    private readonly EventStage _stage = new();
    private readonly List<(string Dag, TriggerRun Run)> _triggered = [];
    private Func<string, Exception?> _refuse = _ => null;

    private RunRequestHandler Handler => new(TriggerAsync, _stage.Client);

    [Fact]
    public void Handle_OfABodyWithADagProperty_RunsItWithTheBodyAsConf()
    {
        var outcome = Handle("""{"user_id": 7}""", "m1", ("dag", "train"), ("business_key", "user-7"), ("label.team", "ml"), ("note", "new user"), ("traceparent", "00-1"));

        var (dag, run) = Assert.Single(_triggered);
        Assert.Equal((MessageVerdict.Complete, RunIds.OfCause("train", "message", "m1")), (outcome.Verdict, outcome.RunId));
        Assert.Equal(("train", """{"user_id": 7}""", "message", "user-7", "new user", "ml"), (dag, run.Conf!.Value.GetRawText(), run.Trigger, run.BusinessKey, run.Note, run.Labels["team"]));
        Assert.Equal(outcome.RunId, run.RunId);
    }

    [Fact]
    public void Handle_OfAnEnvelope_RunsWhatItSays()
    {
        var outcome = Handle("""{"dag":"train","conf":{"user_id":7},"run_id":"mine","business_key":"user-7","labels":{"team":"ml"},"note":"new user"}""");

        var run = Assert.Single(_triggered).Run;
        Assert.Equal((MessageVerdict.Complete, "mine"), (outcome.Verdict, outcome.RunId));
        Assert.Equal(("""{"user_id":7}""", "user-7", "new user", "ml"), (run.Conf!.Value.GetRawText(), run.BusinessKey, run.Note, run.Labels["team"]));
    }

    [Fact]
    public void Handle_OfTheSameMessageTwice_AsksForTheSameRun()
    {
        Handle("{}", "m1", ("dag", "train"));
        Handle("{}", "m1", ("dag", "train"));
        Handle("{}", "m2", ("dag", "train"));

        Assert.Equal(2, _triggered.Select(each => each.Run.RunId).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"dag":"train","conf":[1]}""")]
    [InlineData("""{"dag":"train","conf":{}""")]
    [InlineData("""{"dag":"train","cnof":{}}""")]
    [InlineData("""{"dag":"train","dag":"test"}""")]
    [InlineData("""{"dag":"train","event":"approved","key":"k"}""")]
    [InlineData("""{"dag":"train","ttl":"7d"}""")]
    [InlineData("""{"event":"approved","key":"k","note":"x"}""")]
    [InlineData("""{"event":"approved"}""")]
    [InlineData("""{"event":"approved","key":"k","ttl":"soon"}""")]
    [InlineData("""{}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("42")]
    public void Handle_OfWhatIsNotUnderstood_PutsItAside(string body)
    {
        var outcome = Handle(body);

        Assert.Equal(MessageVerdict.DeadLetter, outcome.Verdict);
        Assert.StartsWith(QueueErrors.NotUnderstood, outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(_triggered);
    }

    [Fact]
    public void Handle_OfABodyThatIsNoJson_PutsItAside() =>
        Assert.StartsWith(QueueErrors.NotUnderstood, Handle("not json", "m1", ("dag", "train")).Reason, StringComparison.Ordinal);

    [Fact]
    public void Handle_OfTooMuch_PutsItAside() =>
        Assert.StartsWith(QueueErrors.MessageRefused, Handle(new string(' ', QueueMessage.MaxBody + 1)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(CatalogueErrors.NoSuchDag)]
    [InlineData(RunErrors.ConfRefused)]
    [InlineData(RunErrors.RunIdRefused)]
    public void Handle_OfWhatTheDagRefuses_PutsItAsideWithTheReason(string code)
    {
        _refuse = _ => new UpdraftException(code, "user_id: must be a number");

        Assert.Equal(MessageOutcome.DeadLetter($"{code}: user_id: must be a number"), Handle("{}", "m1", ("dag", "train")));
    }

    [Fact]
    public void Handle_WhenARunOfThatIdIsOfAnotherDag_PutsItAside()
    {
        var handler = new RunRequestHandler((_, set, _) => Task.FromResult(Triggered("other", set)), _stage.Client);

        var outcome = _stage.Simulator.Run(() => handler.HandleAsync(new() { Id = "m1", Body = """{"dag":"train","run_id":"r"}""" }));
        Assert.Equal(MessageVerdict.DeadLetter, outcome.Verdict);
        Assert.Contains("of DAG 'other'", outcome.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> Passing => [new IOException("the disk is away"), new TimeoutException("no answer"), new UpdraftException(StorageCode, "the disk is full"), new UpdraftException(TriggerErrors.QueueFull, "16 runs wait already")];

    private const string StorageCode = "UPD3" + "003";

    [Theory]
    [MemberData(nameof(Passing))]
    public void Handle_WhenTheStoreIsAwayOrTooManyRunsWait_RetriesLater(Exception failure)
    {
        _refuse = _ => failure;

        var outcome = Handle("{}", "m1", ("dag", "train"));
        Assert.Equal((MessageVerdict.Retry, RunRequestHandler.RetryAfter), (outcome.Verdict, outcome.After));
        Assert.Contains(failure.Message, outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_OfAnEvent_SendsIt()
    {
        _stage.Take(EventStage.WaitOf("a"));

        Assert.Equal(MessageVerdict.Complete, Handle($$"""{"event":"{{EventStage.Name}}","key":"{{EventStage.Key}}","data":{"by":"ann"},"ttl":"1h"}""", "m1").Verdict);
        Assert.Equal("m1", _stage.Take(EventStage.WaitOf("a")));
    }

    [Fact]
    public void Handle_OfAnEventByProperties_SendsTheBodyAsItsData()
    {
        Handle("""{"by":"ann"}""", "m1", ("event", EventStage.Name), ("key", EventStage.Key), ("id", "e7"));
        var wait = EventStage.WaitOf("a");
        _stage.Open(wait);

        var taken = _stage.Simulator.Run(() => _stage.Waits.TakeAsync(wait))!;
        Assert.Equal(("e7", """{"by":"ann"}"""), (taken.Id, taken.Data!.Value.GetRawText()));
    }

    [Fact]
    public void Handle_OfAnEventThatComesLate_PutsItAside()
    {
        _stage.Take(EventStage.WaitOf("a"));
        _stage.EndTry(EventStage.WaitOf("a"));

        var outcome = Handle("", "m1", ("event", EventStage.Name), ("key", EventStage.Key));
        Assert.Equal(MessageVerdict.DeadLetter, outcome.Verdict);
        Assert.Contains("late", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_OfADefect_Throws()
    {
        _refuse = _ => new InvalidCastException("a defect");

        Assert.Throws<InvalidCastException>(() => Handle("{}", "m1", ("dag", "train")));
    }

    private MessageOutcome Handle(string body, string id = "m1", params (string Name, string Value)[] properties) => _stage.Simulator.Run(() => Handler.HandleAsync(new()
    {
        Id = id, Body = body, Properties = properties.ToImmutableSortedDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal),
    }));

    private Task<TriggeredRun> TriggerAsync(string dag, Func<TriggerRun, TriggerRun> set, CancellationToken cancellation)
    {
        if (_refuse(dag) is { } failure) return Task.FromException<TriggeredRun>(failure);
        _triggered.Add((dag, set(Empty(dag))));
        return Task.FromResult(Triggered(dag, set));
    }

    private static TriggeredRun Triggered(string dag, Func<TriggerRun, TriggerRun> set) => new(new()
    {
        RunId = set(Empty(dag)).RunId!, Dag = dag, DagHash = "h", Conf = Json, Params = Json, LogicalDate = default, DataIntervalStart = default, DataIntervalEnd = default, CreatedAt = default,
    }, true);

    private static TriggerRun Empty(string dag) => new() { Dag = new() { Name = dag, Tasks = [] }, Operators = [] };

    private static JsonElement Json => JsonSerializer.SerializeToElement(new { });
}
