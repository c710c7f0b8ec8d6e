using Updraft.Dags;
using Updraft.Orchestration;
using static Updraft.Runs.Asking;

namespace Updraft.Runs;

/// <summary>Answers of people, on the real engine: the first holds.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Answer_OfAnOpenQuestion_GoesOnAtOnceWithTheAnswer()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship {{ run.id }}?" }));

        var view = await AnswerAsync(scene, "approve", note: "fine");
        await scene.SettleAsync();

        Assert.Equal(("Ship r?", "ann", "approve"), (view.Question.Question, view.Decision!.By, view.Decision.Choice));
        // Without any jump of the clock: nobody polls.
        Assert.Equal(RunStatus.Success, (await scene.ViewAsync()).Body.Status);
        var output = (await scene.InstancesAsync())["after"].Output!.Value!.Value;
        Assert.Equal("approve ann fine False", $"{output.GetProperty("choice")} {output.GetProperty("by")} {output.GetProperty("note")} {output.GetProperty("byDefault")}");
    }

    [Fact]
    public async Task Answer_IsKeptWithTheRun_WithWhoWhenAndFromWhere()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));
        await AnswerAsync(scene, "approve", note: "fine");
        await scene.EndAsync();

        var kept = Assert.Single(await Approvals(scene).OfRunAsync("r").ToListAsync());

        Assert.False(kept.Open);
        Assert.Equal((ApprovalDecisionKind.Answered, "ann", "test", "fine", kept.Question.AskedAt), (kept.Decision!.Kind, kept.Decision.By, kept.Decision.From, kept.Decision.Note, kept.Decision.At));
    }

    [Fact]
    public async Task Answer_AfterAnother_IsRefusedWithWhoAnswered()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));
        await AnswerAsync(scene, "approve");

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "reject", by: "bob"));
        await scene.EndAsync();
        var late = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "reject", by: "bob"));

        Assert.Equal((ApprovalErrors.Answered, ApprovalErrors.Answered), (refused.Code, late.Code));
        Assert.StartsWith("'ask' of run 'r' was answered by ann at ", refused.Message);
        Assert.EndsWith(": approve", refused.Message);
    }

    [Fact]
    public async Task Answer_TheSameOfTheSamePersonTwice_IsOne()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));
        await AnswerAsync(scene, "approve");

        Assert.Equal("approve", (await AnswerAsync(scene, "approve")).Decision!.Choice);
        await scene.EndAsync();
        Assert.Equal("approve", (await AnswerAsync(scene, "approve")).Decision!.Choice);
    }

    [Fact]
    public async Task Answer_OfTwoAtOnce_OneHolds()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Which?", choices = (string[])["a", "b"] }));

        var answers = await Task.WhenAll(new[] { "a", "b" }.Select(choice => Task.Run(async () =>
        {
            try
            {
                return (await AnswerAsync(scene, choice, by: $"for {choice}")).Decision!.Choice;
            }
            catch (UpdraftException e) when (e.Code == ApprovalErrors.Answered)
            {
                return null;
            }
        })));
        await scene.EndAsync();

        var won = Assert.Single(answers.OfType<string>());
        Assert.Equal(won, (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("choice").GetString());
    }

    [Theory]
    [InlineData("reject", TaskState.Failed, ApprovalErrors.Rejected, RunStatus.Failed)]
    [InlineData("later", TaskState.Skipped, null, RunStatus.Success)]
    [InlineData("approve", TaskState.Success, null, RunStatus.Success)]
    public async Task Choice_ThatFailsOrSkips_EndsTheTaskSo(string choice, TaskState state, string? code, RunStatus status)
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", choices = (string[])["approve", "reject", "later"], skip_on = (string[])["later"] }));

        await AnswerAsync(scene, choice, note: "because");
        var run = await scene.EndAsync();

        var asked = (await scene.InstancesAsync())["ask"];
        Assert.Equal((state, code, status), (asked.State, asked.Code, run.Body.Status));
        if (state is not TaskState.Success) Assert.Equal($"ann answered: {choice} (because)", asked.Reason);
    }

    [Fact]
    public async Task Choice_WithNothingThatFails_IsForTheTasksBelow()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", fail_on = Array.Empty<string>() }));

        await AnswerAsync(scene, "reject");

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
        Assert.Equal("reject", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("choice").GetString());
    }

    [Fact]
    public async Task Answer_OfSomebodyElse_IsRefused()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?", users = (string[])["bob"], groups = (string[])["ops"] }));

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "approve"));
        Assert.Equal((ApprovalErrors.NotAllowed, "'ann' may not answer 'ask' of run 'r': bob, group ops may"), (refused.Code, refused.Message));

        await AnswerAsync(scene, "approve", groups: "Ops");
        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }

    [Theory]
    [InlineData("maybe", null, "'maybe' is none of approve, reject")]
    [InlineData(null, null, "choose one of approve, reject")]
    [InlineData("approve", null, "the form's values are missing")]
    [InlineData("approve", """{"amount":"much"}""", "amount must be a whole number")]
    public async Task Answer_ThatDoesNotFit_IsRefusedAndTheQuestionStaysOpen(string? choice, string? values, string says)
    {
        await using var scene = await AskedAsync(WithForm());

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, choice, values));

        Assert.Equal(ApprovalErrors.Answer, refused.Code);
        Assert.Contains(says, refused.Message);
        Assert.Single((await Approvals(scene).ListAsync()).Questions);
        await AnswerAsync(scene, "approve", """{"amount":3}""");
        await scene.EndAsync();
        Assert.Equal("""{"amount":3}""", (await scene.InstancesAsync())["after"].Output!.Value!.Value.GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task Answer_ThatFailsTheTask_NeedsNoForm()
    {
        await using var scene = await AskedAsync(WithForm());

        await AnswerAsync(scene, "reject");

        Assert.Equal(RunStatus.Failed, (await scene.EndAsync()).Body.Status);
    }

    [Fact]
    public async Task Answer_ToATryThatIsOver_IsRefused()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));
        await scene.Host.Runs.CancelAsync("r", new CancelCommand());
        await scene.EndAsync();

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AnswerAsync(scene, "approve"));

        Assert.Equal((ApprovalErrors.Over, "'ask' of run 'r' takes no answer any more: the try that asked has ended"), (refused.Code, refused.Message));
        Assert.Null((await Approvals(scene).GetAsync("r", "ask", []))!.Decision);
    }

    [Fact]
    public async Task Answer_ToWhatAsksNothing_IsRefused()
    {
        await using var scene = await AskedAsync(Dag(new { question = "Ship?" }));

        Assert.Equal(ApprovalErrors.NoQuestion, (await Assert.ThrowsAsync<UpdraftException>(() => Approvals(scene).AnswerAsync(new() { RunId = "r", TaskId = "after", By = "ann" }))).Code);
        Assert.Equal(ApprovalErrors.NoQuestion, (await Assert.ThrowsAsync<UpdraftException>(() => Approvals(scene).AnswerAsync(new() { RunId = "nobody", TaskId = "ask", By = "ann" }))).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Answer_UnderWeakMode_IsNeverMissed(int seed)
    {
        await using var scene = await Scene.OpenAsync(weakSeed: seed);
        await scene.TriggerAsync(Dag(new { question = "Ship?" }));
        await UntilAskedAsync(scene);
        await AnswerAsync(scene, "approve");

        Assert.Equal(RunStatus.Success, (await scene.EndAsync()).Body.Status);
    }
}
