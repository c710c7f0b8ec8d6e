namespace Updraft.EndToEnd;

/// <summary>What is told of a run to the process that drives it.</summary>
public sealed class ServedRunTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Trigger_WhileServed_RunsAndIsWaitedFor()
    {
        _here.Write("dag.yaml", Chain.Dag);
        _here.Mark("go");
        using var serve = await _here.ServeAsync();

        var triggered = (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--label", "team=red", "--json")).Expect(0);
        var waited = (await _here.RunAsync("wait", "r1")).Expect(0);

        Assert.Contains("\"driven\": true", triggered.Output, StringComparison.Ordinal);
        Assert.Contains("Run succeeded", waited.Output, StringComparison.Ordinal);
        Assert.Contains("r1 success", await serve.LineAsync("r1 success"), StringComparison.Ordinal);
        Assert.Equal("red", (await _here.ShowAsync("r1")).GetProperty("labels").GetProperty("team").GetString());
        Assert.Contains("was there before", (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_WhileServed_KillsTheWorkAndWaitGivesItsExitCode()
    {
        _here.Write("dag.yaml", Chain.Dag);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("cancel", "r1")).Expect(0);

        (await triggered.EndAsync()).Expect(4);
        Assert.Equal(0, _here.Count("last"));
    }

    [Fact]
    public async Task Clear_EndedRun_RunsAgainWithWhatIsDownstream()
    {
        _here.Write("dag.yaml", Chain.Dag);
        _here.Mark("go");
        using var serve = await _here.ServeAsync();
        (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r1", "--wait")).Expect(0);

        (await _here.RunAsync("clear", "r1", "slow")).Expect(0);
        (await _here.RunAsync("wait", "r1")).Expect(0);

        Assert.Equal((1, 2, 2), (_here.Count("fast"), _here.Count("slow"), _here.Count("last")));
        Assert.Contains("did you mean 'slow'", (await _here.RunAsync("clear", "r1", "slw")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'r1'", (await _here.RunAsync("clear", "r2")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mark_WorkUnderWay_EndsItAsSaid()
    {
        _here.Write("dag.yaml", Chain.Dag);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("mark", "r1", "slow", "success")).Expect(0);

        (await triggered.EndAsync()).Expect(0);
        Assert.Equal(1, _here.Count("last"));
    }

    [Fact]
    public async Task Pause_WorkUnderWay_HoldsWhatFollowsUntilResume()
    {
        _here.Write("dag.yaml", Chain.Dag);
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r1", "--wait");
        await triggered.LineAsync("running  slow");

        (await _here.RunAsync("pause", "r1")).Expect(0);
        await triggered.LineAsync("run r1 is paused");
        _here.Mark("go");
        await triggered.LineAsync("success  slow");
        (await _here.RunAsync("wait", "r1", "--timeout", "1ms")).Expect(6);
        Assert.Equal(0, _here.Count("last"));
        (await _here.RunAsync("resume", "r1")).Expect(0);

        (await triggered.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task Run_UnderWay_TakesCommandsOverItsSocket()
    {
        _here.Write("dag.yaml", Chain.Dag);
        using var run = _here.Start("run", "dag.yaml", "--run-id", "r1");
        await run.LineAsync("running  slow");

        var other = (await _here.RunAsync("trigger", "dag.yaml", "--run-id", "r2")).Expect(0);
        (await _here.RunAsync("cancel", "r1")).Expect(0);

        (await run.EndAsync()).Expect(4);
        Assert.Contains("Nothing drives this run now", other.Error, StringComparison.Ordinal);
    }
}
