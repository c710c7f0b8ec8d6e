using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;
using static Updraft.Runs.Asking;

namespace Updraft.Runs;

/// <summary>Questions to people, on the real engine: their deadlines, their tries, and where they are listed.</summary>
public sealed class QuestionTests
{
    [Fact]
    public async Task Deadline_WithADefault_IsItsAnswer()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", deadline = "2h", @default = "approve" }));

        var run = await scene.EndAsync();

        var output = (await scene.InstancesAsync())["after"].Output!.Value!.Value;
        Assert.Equal((RunStatus.Success, "approve", true, JsonValueKind.Null), (run.Body.Status, output.GetProperty("choice").GetString(), output.GetProperty("byDefault").GetBoolean(), output.GetProperty("by").ValueKind));
        Assert.Equal(2, (run.Body.EndedAt - run.Body.StartedAt)!.Value.TotalHours, 0.01);
        var late = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "reject"));
        Assert.Equal(ApprovalErrors.Over, late.Code);
        Assert.EndsWith("and approve was taken by default", late.Message);
    }

    [Theory]
    [InlineData(false, TaskState.Failed, ApprovalErrors.Unanswered)]
    [InlineData(true, TaskState.Skipped, null)]
    public async Task Deadline_WithoutADefault_FailsOrSkips(bool soft, TaskState state, string? code)
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", deadline = "2h", soft_fail = soft }));

        await scene.EndAsync();

        var asked = (await scene.InstancesAsync())["ask"];
        Assert.Equal((state, code), (asked.State, asked.Code));
    }

    /// <summary>However the two come together, the run does what the answerer was told.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Deadline_AtTheTimeOfAnAnswer_OneOfBothHolds(int milliseconds)
    {
        await using var scene = await AskedAsync(Dag(new { question = "Which?", choices = (string[])["a", "b"], deadline = "2h", @default = "b" }));
        var question = Assert.Single((await Approvals(scene).ListAsync()).Questions);

        // The clock stands at the deadline, or about it; timers that are due fire at the same time as the answer comes.
        var answering = Task.Run(async () =>
        {
            scene.Time.Advance(question.Deadline!.Value.AddMilliseconds(milliseconds) - scene.Time.GetUtcNow());
            try
            {
                return (await AnswerAsync(scene, "a")).Decision!.Choice;
            }
            catch (UpdraftException e) when (e.Code == ApprovalErrors.Over)
            {
                return "b";
            }
        });
        var told = await answering;
        await scene.EndAsync();

        if (milliseconds < 0) Assert.Equal("a", told);
        else Assert.Equal("b", told);
        Assert.Equal(told, (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("choice").GetString());
    }

    [Fact]
    public async Task Clear_AsksAgain()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));
        await AnswerAsync(scene, "reject");
        await scene.EndAsync();

        await scene.Host.Runs.ClearAsync("r", new ClearCommand { Tasks = [new("ask", [])] });
        await UntilAskedAsync(scene);
        var old = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "approve", tryNumber: 1));
        await AnswerAsync(scene, "approve", by: "bob");

        Assert.Equal((ApprovalErrors.Answered, RunStatus.Success), (old.Code, (await scene.EndAsync()).Body.Status));
        Assert.Equal(["1 reject ann", "2 approve bob"], (await Approvals(scene).OfRunAsync("r").ToListAsync()).Select(each => $"{each.Question.Try} {each.Decision!.Choice} {each.Decision.By}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Map_AsksForEachInstance(int? partSize)
    {
        var dag = new DagBuilder("d");
        var ask = dag.Task("ask", "approval", new { question = "Ship {{ item }}?" }).Map(["x", "y"], key: "{{ item }}");
        dag.Link(ask >> dag.Work("after", ask.Outputs));
        await using var scene = await Scene.OpenAsync(partSize: partSize);
        await scene.TriggerAsync(dag.Build());
        await UntilAskedAsync(scene, 2);

        await AnswerAsync(scene, "approve", keys: "y");
        Assert.Equal("Ship x?", Assert.Single((await Approvals(scene).ListAsync()).Questions).Question);
        await AnswerAsync(scene, "approve", by: "bob", keys: "x");
        await scene.EndAsync();

        Assert.Equal("bob ann", string.Join(' ', (await scene.InstancesAsync())["after"].Output!.Value!.Value.EnumerateArray().Select(one => one.GetProperty("by").GetString())));
    }

    [Fact]
    public async Task List_PagesByDagAndRun_AndDropsWhatIsOver()
    {
        await using var scene = await Scene.OpenAsync();
        foreach (var (dag, run) in (IEnumerable<(string, string)>)[("a", "a1"), ("a", "a2"), ("b", "b1")]) await scene.TriggerAsync(Dag(new { question = "Ship?" }, dag), runId: run);
        await UntilAskedAsync(scene, 3);

        var first = await Approvals(scene).ListAsync(count: 2);
        var second = await Approvals(scene).ListAsync(after: first.Next, count: 2);
        Assert.Equal("a1 a2 | b1", $"{Runs(first)} | {Runs(second)}");
        Assert.Null(second.Next);
        Assert.Equal("a1 a2 / b1", $"{Runs(await Approvals(scene).ListAsync("a"))} / {Runs(await Approvals(scene).ListAsync(runId: "b1"))}");

        await scene.Host.Runs.CancelAsync("a1", new CancelCommand());
        await scene.EndAsync("a1");
        await Approvals(scene).AnswerAsync(new() { RunId = "a2", TaskId = "ask", By = "ann", Choice = "approve" });
        Assert.Equal("b1", Runs(await Approvals(scene).ListAsync()));

        static string Runs(ApprovalPage page) => string.Join(' ', page.Questions.Select(question => question.RunId));
    }

    [Fact]
    public async Task Retention_TakesWhatIsOverOffTheIndex_AndTheAnswersWithTheRun()
    {
        await using var scene = await Scene.OpenAsync();
        foreach (var run in (string[])["old", "cancelled", "open"]) await scene.TriggerAsync(Dag(new { question = "Ship?" }), runId: run);
        await UntilAskedAsync(scene, 3);
        await Approvals(scene).AnswerAsync(new() { RunId = "old", TaskId = "ask", By = "ann", Choice = "approve" });
        await scene.EndAsync("old");
        await scene.Host.Runs.CancelAsync("cancelled", new CancelCommand());
        await scene.EndAsync("cancelled");
        await scene.RunAsync(new DagBuilder("d") is var dag && dag.Work("a") is not null ? dag.Build() : throw new InvalidOperationException(), runId: "newer");
        scene.Time.Advance(TimeSpan.FromMinutes(20));

        await scene.Host.Services.Retention.RunOnceAsync(new RetentionPolicy { MaxRuns = 1 });

        var entries = await scene.Host.Embedded.State.ListAsync("approvals/").Select(entry => entry.Path).ToListAsync();
        Assert.Contains("/open/", Assert.Single(entries)["approvals/open/".Length..]);
        Assert.Empty(await Approvals(scene).OfRunAsync("old").ToListAsync());
        Assert.Empty(await scene.Host.Embedded.State.ListAsync("runs/old/approvals/").ToListAsync());
    }

    [Fact]
    public async Task Explain_OfAQuestion_SaysSinceWhenAndWhoMayAnswer()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", users = (string[])["bob"], deadline = "2d" }));
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        await scene.SettleAsync();

        var cause = Assert.Single((await scene.Host.Services.Explainer.ExplainAsync("r", "ask", []))!.Causes);

        Assert.Equal(CauseKind.Approval, cause.Kind);
        Assert.StartsWith("'ask' asks since ", cause.Text);
        Assert.EndsWith(": Ship? (approve, reject); bob may answer", cause.Text);
    }

    [Theory]
    [InlineData("""{"question":"Ship {{ run.id }}?","default":"approve"}""", "a default needs a deadline")]
    [InlineData("""{"question":"Ship {{ run.id }}?","default":"yes","deadline":"1h"}""", "default is 'yes', which is none of approve, reject")]
    [InlineData("""{"question":"Ship {{ run.id }}?","choices":["a","a"]}""", "choices names one of them twice")]
    [InlineData("""{"question":"Ship {{ run.id }}?","form":{"typ":"object"}}""", "form is no JSON schema: typ the keyword 'typ' is not supported")]
    public async Task Fields_ThatMeanNothingOnceTheyAreKnown_FailTheTaskForGood(string fields, string says)
    {
        await using var scene = await Scene.OpenAsync();
        await scene.TriggerAsync(Dag(JsonSerializer.Deserialize<JsonElement>(fields)));

        await scene.EndAsync();

        var asked = (await scene.InstancesAsync())["ask"];
        Assert.Equal(Operators.OperatorErrors.Fields, asked.Code);
        Assert.Contains(says, asked.Reason);
    }

    [Fact]
    public async Task Secret_InAQuestion_IsHidden()
    {
        const string variable = "UPDRAFT_SECRET_APPROVAL_TEST";
        Environment.SetEnvironmentVariable(variable, "hunter2-hunter2");
        try
        {
            await using var scene = await AskedAsync(Dag(new { question = "With {{ secrets.approval_test }}?", form = new { description = "{{ secrets.approval_test }}" } }));

            var asked = Assert.Single((await Approvals(scene).ListAsync()).Questions);

            Assert.Equal(("With ***?", """{"description":"***"}"""), (asked.Question, asked.Form!.Value.GetRawText()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }
}
