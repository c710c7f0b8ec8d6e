using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class RunAttemptTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Claim_HeldByAnother_IsLostAndDoesNothing()
    {
        var probe = new Probe(_ => throw new InvalidOperationException("must not run"));
        var request = _attempts.With(probe).Task("t", "probe", new { });
        var held = (await _attempts.Host.ClaimAsync(request.AttemptId))!;

        var running = _attempts.RunAsync(request);
        Assert.False(running.IsCompleted); // Whichever result comes first counts, and that is to be the holder's.
        await held.DisposeAsync();
        var result = await running;

        Assert.Equal(AttemptOutcome.Lost, result.Outcome);
        Assert.Null(result.StartedAt);
        Assert.Equal(0, probe.Calls);
    }

    [Fact]
    public async Task Claim_ItsHolderDies_RunsInItsPlace()
    {
        var probe = new Probe(_ => TaskOutcome.Success());
        var request = _attempts.With(probe).Task("t", "probe", new { });
        await using var held = await _attempts.Host.ClaimAsync(request.AttemptId);

        var running = _attempts.RunAsync(request);
        _attempts.Host.Die(request.AttemptId);

        Assert.Equal(AttemptOutcome.Success, (await running).Outcome);
        Assert.Equal(1, probe.Calls);
    }

    [Fact]
    public async Task Claim_TakenOverWhileItWorked_ItsResultDoesNotCountAndComesLast()
    {
        AttemptRequest? request = null;
        request = _attempts.With(new Probe(_ =>
        {
            _attempts.Host.TakeOver(request!.AttemptId);
            return TaskOutcome.Success("late");
        })).Task("t", "probe", new { });

        var result = await _attempts.RunAsync(request);

        Assert.Equal(AttemptOutcome.Lost, result.Outcome);
        Assert.Equal(1, _attempts.Host.Waited);
    }

    [Fact]
    public async Task Claim_AfterTheEnd_IsGivenBack()
    {
        var request = _attempts.With(new Probe(_ => TaskOutcome.Success())).Task("t", "probe", new { });
        await _attempts.RunAsync(request);

        await using var again = await _attempts.Host.ClaimAsync(request.AttemptId);

        Assert.NotNull(again);
    }

    [Theory]
    [InlineData("return", AttemptOutcome.Failed, OperatorErrors.TaskFailed, "no")]
    [InlineData("good", AttemptOutcome.FailedForGood, OperatorErrors.TaskFailed, "no")]
    [InlineData("throw", AttemptOutcome.Failed, OperatorErrors.Unexpected, "InvalidOperationException: no")]
    [InlineData("fail", AttemptOutcome.FailedForGood, OperatorErrors.TaskFailed, "no")]
    [InlineData("skip", AttemptOutcome.Skipped, null, "no")]
    [InlineData("code", AttemptOutcome.Failed, "UPD9999", "no")]
    [InlineData("cancel", AttemptOutcome.Failed, OperatorErrors.Unexpected, "OperationCanceledException: no")]
    public async Task End_OfEveryKind_IsMapped(string how, AttemptOutcome outcome, string? code, string reason)
    {
        var result = await _attempts.With(new Probe(fields => fields.GetProperty("how").GetString() switch
        {
            "return" => TaskOutcome.Failed("no"),
            "good" => TaskOutcome.FailedForGood("no"),
            "throw" => throw new InvalidOperationException("no"),
            "fail" => throw new FailTaskException("no"),
            "skip" => throw new SkipTaskException("no"),
            "code" => throw new UpdraftException("UPD9999", "no"),
            _ => throw new OperationCanceledException("no"),
        })).RunAsync("t", "probe", new { how });

        Assert.Equal((outcome, code, reason), (result.Outcome, result.Code, result.Reason));
        Assert.NotNull(result.EndedAt);
    }

    [Fact]
    public async Task Reason_Long_IsCutAt300Characters()
    {
        var result = await _attempts.With(new Probe(_ => TaskOutcome.Failed(new string('a', 298) + "😀😀"))).RunAsync("t", "probe", new { });

        Assert.Equal(new string('a', 298) + "…", result.Reason);
    }

    [Fact]
    public async Task Timeout_OfAnOperatorThatListens_IsTimedOut()
    {
        var result = await _attempts.With(new Waiting()).RunAsync("t", "waiting", new { }, timeout: TimeSpan.FromMilliseconds(50));

        Assert.Equal(AttemptOutcome.TimedOut, result.Outcome);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3_600_000)]
    public async Task Timeout_BeyondWhatTheHostAllows_IsTimedOutAndSaysSo(int? milliseconds)
    {
        _attempts.LongestAttempt = TimeSpan.FromMilliseconds(50);
        var result = await _attempts.With(new Waiting()).RunAsync("t", "waiting", new { }, timeout: milliseconds is { } own ? TimeSpan.FromMilliseconds(own) : null);

        Assert.Equal((AttemptOutcome.TimedOut, OperatorErrors.TimedOut), (result.Outcome, result.Code));
        Assert.Contains("the longest that this host lets a task work within it", result.Reason);
    }

    [Fact]
    public async Task Operator_Unknown_FailsForGood()
    {
        var result = await _attempts.RunAsync("t", "nothing", new { });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.UnknownOperator), (result.Outcome, result.Code));
        Assert.Contains("'nothing'", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_Small_IsInline()
    {
        var result = await _attempts.With(new Probe(_ => TaskOutcome.Success(new { Text = new string('x', OutputRef.InlineLimit - 11) }))).RunAsync("t", "probe", new { });

        Assert.Equal(OutputRef.InlineLimit, result.Output!.Bytes);
        Assert.NotNull(result.Output.Value);
        Assert.Null(result.Output.Blob);
    }

    [Fact]
    public async Task Output_Large_GoesThroughABlobUnnoticed()
    {
        _attempts.With(new Probe(_ => TaskOutcome.Success(new { Text = new string('x', OutputRef.InlineLimit - 10) })));
        var written = await _attempts.RunAsync("t", "probe", new { });

        Assert.Null(written.Output!.Value);
        Assert.Equal(written.Output.Bytes, _attempts.Blobs.TextOf(written.Output.Blob!).Length);
        Assert.Equal(new string('x', OutputRef.InlineLimit - 10), await ReadBackAsync(written.Output, "{{ tasks.t.output.text }}"));
    }

    [Fact] // I4: an output read is the output committed.
    public async Task Output_ChangedBehindOurBack_IsRefused()
    {
        _attempts.With(new Probe(fields => fields.TryGetProperty("value", out _) ? TaskOutcome.Success() : TaskOutcome.Success(new string('x', 2000))));
        var written = await _attempts.RunAsync("t", "probe", new { });
        _attempts.Blobs.Set(written.Output!.Blob!, '"' + new string('y', 2000) + '"');

        var result = await _attempts.RunAsync(Reader(written.Output, "{{ tasks.t.output }}"));

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Input), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Output_Huge_IsRefusedWithItsSize()
    {
        _attempts.MaxOutputBytes = 1 << 20;

        var result = await _attempts.With(new Probe(_ => TaskOutcome.Success(new string('x', 1 << 20)))).RunAsync("t", "probe", new { });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
        Assert.Contains("larger than 1 MB (1048578 bytes)", result.Reason, StringComparison.Ordinal);
        Assert.Empty(_attempts.Blobs.Paths);
    }

    [Fact]
    public async Task Templates_OfEveryRoot_AreResolved()
    {
        _attempts.Secrets["token"] = "t0ken";
        _attempts.MappedOutputs["each"] = [new OutputRef(TestAttempts.Json("1")), new OutputRef(TestAttempts.Json("2"))];
        _attempts.KeyedOutputs[("each", "a")] = new OutputRef(TestAttempts.Json("\"of a\""));
        _attempts.Run = _attempts.Run with { Conf = TestAttempts.Json("""{"c":1}"""), Params = TestAttempts.Json("""{"c":1,"d":[2]}"""), TriggeredBy = "ada" };
        var seen = new TaskCompletionSource<JsonElement>();
        var request = _attempts.With(new Probe(fields => { seen.SetResult(fields); return TaskOutcome.Success(); })).Task("t", "probe", new
        {
            conf = "{{ conf.c }}", par = "{{ params }}", text = "<{{ params.d }}>", run = "{{ run.id }}/{{ run.dag }}/{{ run.triggered_by }}", task = "{{ task.id }}#{{ task.try }}",
            date = "{{ logical_date }}", from = "{{ data_interval.start }}", secret = "{{ secrets.token }}", all = "{{ tasks.each.outputs }}", one = "{{ tasks.each['a'].output }}",
            missing = "{{ conf.x | default('none') }}",
        });
        _attempts.Task("each", "probe", new { });

        await _attempts.RunAsync(request);

        Assert.Equal(
            """{"conf":1,"par":{"c":1,"d":[2]},"text":"<[2]>","run":"manual-1/test/ada","task":"t#1","date":"2026-03-29T01:00:00Z","from":"2026-03-28T01:00:00Z","secret":"t0ken","all":[1,2],"one":"of a","missing":"none"}""",
            JsonSerializer.Serialize(await seen.Task, CodeJson.Options));
    }

    [Fact]
    public async Task Templates_OfWhatStartedTheRun_AreResolved()
    {
        _attempts.Run = _attempts.Run with
        {
            BusinessKey = "u-7",
            Note = "again",
            Previous = "p-1",
            DatasetEvents = ["e1", "e2"],
            Partition = "2026-03-29",
            About = TestAttempts.Json("""{"run_id":"r","keys":["a"],"try":2}"""),
        };

        Assert.Equal(
            """{"key":"u-7","note":"again","before":"p-1","events":["e1","e2"],"part":"2026-03-29","about":{"run_id":"r","keys":["a"],"try":2},"text":"r/a/2"}""",
            await RenderedAsync(new
            {
                key = "{{ run.business_key }}", note = "{{ run.note }}", before = "{{ run.previous }}", events = "{{ run.dataset_events }}", part = "{{ partition }}",
                about = "{{ about }}", text = "{{ about.run_id }}/{{ about.keys[0] }}/{{ about.try }}",
            }));
    }

    [Fact]
    public async Task Templates_OfWhatTheRunDoesNotHave_AreMissing() => Assert.Equal(
        """{"key":"-","note":"-","before":"-","events":[],"part":"-","about":"-"}""",
        await RenderedAsync(new
        {
            key = "{{ run.business_key | default('-') }}", note = "{{ run.note | default('-') }}", before = "{{ run.previous | default('-') }}", events = "{{ run.dataset_events }}",
            part = "{{ partition | default('-') }}", about = "{{ about.run_id | default('-') }}",
        }));

    [Fact] // semantics.md: an unknown name is the task's failure when validation could not know it.
    public async Task Template_WithoutValue_FailsForGoodAndNamesItsPlace()
    {
        var result = await _attempts.With(new Probe(_ => TaskOutcome.Success())).RunAsync("t", "probe", new { a = new { b = "{{ conf.missing }}" } });

        Assert.Equal((AttemptOutcome.FailedForGood, TemplateErrors.UnknownName), (result.Outcome, result.Code));
        Assert.StartsWith("a.b: ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_Unknown_FailsAndNamesIt()
    {
        var result = await _attempts.With(new Probe(_ => TaskOutcome.Success())).RunAsync("t", "probe", new { a = "{{ secrets.absent }}" });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Secret), (result.Outcome, result.Code));
        Assert.Contains("'absent'", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_PrintedByAProcess_IsReplacedInLogAndReason()
    {
        _attempts.Secrets["token"] = "hunter2 & more";
        var log = TestAttempts.LogOf("t");

        await _attempts.RunAsync("t", "shell", new
        {
            script = "printf '%s' \"$TOKEN\" | base64; printf 'it is %s' \"${TOKEN:0:4}\"; sync; printf '%s\\n' \"${TOKEN:4}\"",
            env = new Dictionary<string, string> { ["TOKEN"] = "{{ secrets.token }}" },
        });
        var failed = await _attempts.RunAsync("t", "shell", new { command = new[] { "{{ secrets.token }}" } });

        Assert.Equal("***\nit is ***\n", _attempts.Blobs.TextOf(log));
        Assert.DoesNotContain("hunter2", failed.Reason, StringComparison.Ordinal);
    }

    private AttemptRequest Reader(OutputRef output, string template) =>
        _attempts.Task("reader", "probe", new { value = template }) with { Inputs = ImmutableSortedDictionary<string, OutputRef>.Empty.Add("t", output) };

    private async Task<string?> ReadBackAsync(OutputRef output, string template)
    {
        var request = _attempts.Task("reader", "shell", new { script = "printf '%s' \"$V\"", env = new { V = template } }) with
        {
            Inputs = ImmutableSortedDictionary<string, OutputRef>.Empty.Add("t", output),
        };
        await _attempts.RunAsync(request);
        return _attempts.Blobs.TextOf(AttemptPaths.Log(request));
    }

    /// <summary>The fields as the operator sees them.</summary>
    private async Task<string> RenderedAsync(object with)
    {
        var seen = new TaskCompletionSource<JsonElement>();
        await _attempts.With(new Probe(fields => { seen.SetResult(fields); return TaskOutcome.Success(); })).RunAsync("t", "probe", with);
        return JsonSerializer.Serialize(await seen.Task, CodeJson.Options);
    }

    private sealed class Probe(Func<JsonElement, TaskOutcome> work) : IRunOperator
    {
        public int Calls { get; private set; }

        public OperatorManifest Manifest { get; } = new() { Name = "probe", Kind = OperatorKind.Run, Description = "", Fields = TestAttempts.Json("{}") };

        public Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            Calls++;
            return Task.FromResult(work(fields));
        }
    }

    private sealed class Waiting : IRunOperator
    {
        public OperatorManifest Manifest { get; } = new() { Name = "waiting", Kind = OperatorKind.Run, Description = "", Fields = TestAttempts.Json("{}") };

        public async Task<TaskOutcome> RunAsync(TaskContext context, JsonElement fields, CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return TaskOutcome.Success();
        }
    }
}
