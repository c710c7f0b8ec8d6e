using System.Diagnostics;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>Kills real trees of processes. Each says in the log when it is ready, so that nothing waits on the clock but the grace itself.</summary>
public sealed class ProcessTreeTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    private string Log => _attempts.Blobs.TextOf(TestAttempts.LogOf("t"));

    [Fact]
    public async Task Stop_Requested_KillsTheWholeTreeAndConfirms()
    {
        var request = _attempts.Task("t", "shell", new { script = "sleep 1000 & bash -c 'sleep 1001 & sleep 1002' & echo $$ ready; wait" });
        var running = await StartedAsync(request);

        Assert.True((await _attempts.StopAsync(request)).Held);
        var result = await running;

        Assert.Equal((AttemptOutcome.Stopped, OperatorErrors.Stopped), (result.Outcome, result.Code));
        Assert.NotNull(result.StartedAt);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task Stop_Polite_LetsTheProcessSayItsLastWords()
    {
        var request = _attempts.Task("t", "shell", new { script = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 1000 & wait; done" });
        var running = await StartedAsync(request);

        await _attempts.StopAsync(request);
        var result = await running;

        Assert.Equal(AttemptOutcome.Stopped, result.Outcome);
        Assert.Contains("bye", Log, StringComparison.Ordinal);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task Stop_SignalIgnored_KillsForGoodAfterTheGrace()
    {
        var request = _attempts.Task("t", "shell", new { script = "trap '' TERM; echo ready; while :; do sleep 1000 || true; done", kill_grace = "100ms" });
        var running = await StartedAsync(request);

        await _attempts.StopAsync(request);

        Assert.Equal(AttemptOutcome.Stopped, (await running).Outcome);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task Stop_ChildLeftTheSessionAndItsParentEnded_IsFoundByItsMark()
    {
        var request = _attempts.Task("t", "shell", new { script = "(setsid sleep 1003 >/dev/null 2>&1 &) ; echo ready; sleep 1004" });
        var running = await StartedAsync(request);

        await _attempts.StopAsync(request);

        Assert.Equal(AttemptOutcome.Stopped, (await running).Outcome);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task Stop_ChildClearedItsEnvironment_IsFoundByItsSession()
    {
        var request = _attempts.Task("t", "shell", new { script = "env -i sleep 1005 >/dev/null 2>&1 & echo $! ready; wait" });
        var running = await StartedAsync(request);
        var child = int.Parse(Log.Split(' ')[0], CultureInfo.InvariantCulture);

        await _attempts.StopAsync(request);
        await running;

        Assert.False(IsAlive(child));
    }

    [Fact]
    public async Task Timeout_Overrun_KillsTheTreeAndSaysSo()
    {
        var request = _attempts.Task("t", "shell", new { script = "sleep 1006 & echo ready; wait" }, timeout: TimeSpan.FromMilliseconds(300));

        var result = await _attempts.RunAsync(request);

        Assert.Equal((AttemptOutcome.TimedOut, OperatorErrors.TimedOut), (result.Outcome, result.Code));
        Assert.Contains("300ms", result.Reason, StringComparison.Ordinal);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task End_ChildLeftInTheBackground_IsKilled()
    {
        var request = _attempts.Task("t", "shell", new { script = "sleep 1007 >/dev/null 2>&1 & echo $! ready" });

        var result = await _attempts.RunAsync(request);

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task ShutDown_OfTheHost_KillsTheTreeAndGivesNoResult()
    {
        var request = _attempts.Task("t", "shell", new { script = "echo ready; sleep 1008" });
        var running = await StartedAsync(request);

        _attempts.ShutDown();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task TakenOver_ByAnotherWorker_IsLost()
    {
        var request = _attempts.Task("t", "shell", new { script = "echo ready; sleep 1009" });
        var running = await StartedAsync(request);

        _attempts.Host.TakeOver(request.AttemptId);

        Assert.Equal(AttemptOutcome.Lost, (await running).Outcome);
        AssertNothingLeft(request);
    }

    [Fact]
    public async Task Start_AfterTheHostDied_KillsWhatTheEarlierExecutionLeft()
    {
        var request = _attempts.Task("t", "shell", new { script = "echo again" });
        using var left = StartAsIfByADeadHost(request);
        Directory.CreateDirectory(ScratchOf(request));

        var result = await _attempts.RunAsync(request);

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        AssertNothingLeft(request);
        await left.WaitForExitAsync();
    }

    [Fact]
    public async Task Find_OfAnotherAttempt_IsEmpty()
    {
        var request = _attempts.Task("t", "shell", new { script = "echo ready; sleep 1010" });
        var running = await StartedAsync(request);

        Assert.Empty(new ProcessTree(request.AttemptId[..^1], TimeProvider.System).Find(null));
        Assert.NotEmpty(new ProcessTree(request.AttemptId, TimeProvider.System).Find(null));

        await _attempts.StopAsync(request);
        await running;
    }

    private async Task<Task<AttemptResult>> StartedAsync(AttemptRequest request)
    {
        var running = _attempts.RunAsync(request);
        await Task.WhenAny(running, _attempts.Blobs.WaitForAsync(AttemptPaths.Log(request), "ready"));
        return running;
    }

    private static Process StartAsIfByADeadHost(AttemptRequest request)
    {
        var start = new ProcessStartInfo("setsid", ["sleep", "1011"]);
        start.Environment[ShellEnvironment.Marker] = request.AttemptId;
        return Process.Start(start)!;
    }

    private string ScratchOf(AttemptRequest request) => Path.Combine(
        _attempts.Folder, "scratch", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(request.AttemptId)))[..32]);

    private static void AssertNothingLeft(AttemptRequest request) => Assert.Empty(new ProcessTree(request.AttemptId, TimeProvider.System).Find(null));

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
