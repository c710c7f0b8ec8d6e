using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>What holds for functions of every language.</summary>
public abstract class WorkerTests : IAsyncLifetime, IDisposable
{
    private protected readonly TestAttempts _attempts = new();
    private protected readonly ManualTime _clock = new();
    private WorkerPool _pool = null!;

    /// <summary>Name of the operator.</summary>
    private protected abstract string Language { get; }

    /// <summary>Ending of its files.</summary>
    private protected abstract string Ending { get; }

    private protected WorkerPool Pool => _pool;

    public async Task InitializeAsync()
    {
        _pool = new WorkerPool(_clock, max: 2);
        _attempts.With(new PythonOperator(_pool), new NodeOperator(_pool));
        var folder = Path.Combine(_attempts.Folder, "package");
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"format":1}""");
        _attempts.Packages["p"] = await DagPackage.OpenAsync("p", folder);
        _attempts.Run = _attempts.Run with { Package = "p" };
    }

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    public void Dispose()
    {
        _attempts.Dispose();
        GC.SuppressFinalize(this);
    }

    [InterpreterFact]
    public async Task Function_OfAFile_TakesArgumentsAndReturnsJson()
    {
        Write("add", Add);

        Assert.Equal("""{"sum":5,"day":"2026-03-29"}""", await OutputAsync(new { file = $"add.{Ending}", function = "add", args = new object[] { 2, 3, "{{ ds }}" } }));
    }

    [InterpreterFact]
    public async Task Function_OfTheNextTask_RunsInTheSameProcessWithModulesOfItsOwn()
    {
        Write("counter", Counter);
        Write("count", Count);

        var (first, second) = (await PidAndCountAsync(), await PidAndCountAsync());

        Assert.Equal(first.Pid, second.Pid);
        Assert.Equal((1, 1), (first.Count, second.Count));

        async Task<(int Pid, int Count)> PidAndCountAsync()
        {
            var output = await ValueAsync(new { file = $"count.{Ending}" });
            return (output[0].GetInt32(), output[1].GetInt32());
        }
    }

    [InterpreterFact]
    public async Task Function_NotWarm_HasAProcessOfItsOwn()
    {
        var first = await PidAsync(new { code = Pid, warm = false });

        Assert.NotEqual(first, await PidAsync(new { code = Pid, warm = false }));
        Assert.Equal(0, Pool.Idle);
    }

    [InterpreterFact]
    public async Task Worker_AfterItsTasks_GivesWayToAnother()
    {
        var pids = new List<int>();
        for (var n = 0; n < 4; n++) pids.Add(await PidAsync(new { code = Pid, restart_after = 2 }));

        Assert.Equal(pids[0], pids[1]);
        Assert.Equal(pids[2], pids[3]);
        Assert.NotEqual(pids[1], pids[2]);
    }

    [InterpreterFact]
    public async Task Worker_OfAnotherVersionOfTheDag_IsAnother()
    {
        var first = await PidAsync(new { code = Pid });
        _attempts.Run = _attempts.Run with { DagHash = "h2" };

        Assert.NotEqual(first, await PidAsync(new { code = Pid }));
    }

    [InterpreterFact]
    public async Task Output_OfBothKinds_IsInTheLogOfItsOwnTask()
    {
        await RunAsync("t", new { code = Prints, args = new[] { "one" } });
        var second = await RunAsync("u", new { code = Prints, args = new[] { "two" } });

        Assert.Equal(AttemptOutcome.Success, second.Outcome);
        Assert.Equal("out one\nerr one\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
        Assert.Equal("out two\nerr two\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("u")));
    }

    [InterpreterFact]
    public async Task Variables_OfOneTask_AreNotThereForTheNext()
    {
        _attempts.Secrets["token"] = "t0p-secret";
        var first = await ValueAsync(new { code = Variables, env = new { TOKEN = "{{ secrets.token }}" } });
        var second = await ValueAsync(new { code = Variables });

        Assert.Equal("***", Hidden(first.GetProperty("token").GetString()!));
        Assert.Equal("", second.GetProperty("token").GetString());
        Assert.Equal("", second.GetProperty("left").GetString());
        Assert.Equal(first.GetProperty("pid").GetInt32(), second.GetProperty("pid").GetInt32());
        Assert.Equal(("t", "1"), (second.GetProperty("task").GetString(), second.GetProperty("try").GetString()));
        Assert.DoesNotContain("t0p-secret", await File.ReadAllTextAsync($"/proc/{second.GetProperty("pid").GetInt32()}/environ"), StringComparison.Ordinal);

        static string Hidden(string text) => text == "t0p-secret" ? "***" : text;
    }

    [InterpreterFact]
    public async Task Function_ThatRaises_FailsWithItsMessageAndLeavesTheProcess()
    {
        var before = await PidAsync(new { code = Pid });
        var result = await RunAsync("t", new { code = Raises });

        Assert.Equal((AttemptOutcome.Failed, WorkerErrors.Raised), (result.Outcome, result.Code));
        Assert.Contains("no such table", result.Reason, StringComparison.Ordinal);
        Assert.Contains("no such table", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")), StringComparison.Ordinal);
        Assert.Equal(before, await PidAsync(new { code = Pid }));
    }

    [InterpreterFact]
    public async Task Function_ThatSkipsOrFailsForGood_EndsTheTaskSo()
    {
        var skipped = await RunAsync("t", new { code = Ends, args = new[] { "Skip" } });
        var failed = await RunAsync("t", new { code = Ends, args = new[] { "Fail" } });

        Assert.Equal((AttemptOutcome.Skipped, "nothing to do"), (skipped.Outcome, skipped.Reason));
        Assert.Equal((AttemptOutcome.FailedForGood, "nothing to do"), (failed.Outcome, failed.Reason));
    }

    [InterpreterFact]
    public async Task Function_ThatIsNotThere_FailsForGood()
    {
        var result = await RunAsync("t", new { code = Pid, function = "other" });

        Assert.Equal((AttemptOutcome.FailedForGood, WorkerErrors.Function), (result.Outcome, result.Code));
        Assert.Contains("no function 'other'", result.Reason, StringComparison.Ordinal);
    }

    [InterpreterFact]
    public async Task File_ThatIsNotThereOrOutside_FailsForGood()
    {
        await File.WriteAllTextAsync(Path.Combine(_attempts.Folder, "package", $"outside.{Ending}"), Pid);
        foreach (var name in new[] { "missing", "../outside" })
        {
            var result = await RunAsync("t", new { file = $"{name}.{Ending}" });

            Assert.Equal((AttemptOutcome.FailedForGood, WorkerErrors.Function), (result.Outcome, result.Code));
        }
    }

    [InterpreterFact]
    public async Task Function_ThatReturnsNoJson_FailsAndSaysSo()
    {
        var result = await RunAsync("t", new { code = NoJson });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
    }

    [InterpreterFact]
    public async Task Function_ThatEndsTheProcess_FailsOnlyItsTask()
    {
        var before = await PidAsync(new { code = Pid });
        var result = await RunAsync("t", new { code = Exits });

        Assert.Equal((AttemptOutcome.Failed, WorkerErrors.Died), (result.Outcome, result.Code));
        Assert.Equal("the process has ended before the function did: exit code 3; its last line: going", result.Reason);
        Assert.NotEqual(before, await PidAsync(new { code = Pid }));
    }

    [InterpreterFact]
    public async Task Worker_ThatEndedWhileItWaited_IsReplacedUnnoticed()
    {
        var before = await PidAsync(new { code = Pid });
        using var process = System.Diagnostics.Process.GetProcessById(before);
        process.Kill();
        await process.WaitForExitAsync();

        Assert.NotEqual(before, await PidAsync(new { code = Pid }));
    }

    [InterpreterFact]
    public async Task Function_OverItsMemory_IsKilledAndTheNextTaskHasAnotherProcess()
    {
        var result = await RunAsync("t", new { code = Grows, memory_mb = 300 });

        Assert.Equal((AttemptOutcome.Failed, WorkerErrors.Memory), (result.Outcome, result.Code));
        Assert.Contains("raise memory_mb", result.Reason, StringComparison.Ordinal);
        Assert.True(await PidAsync(new { code = Pid }) > 0);
    }

    [InterpreterFact]
    public Task Function_ThatWaits_IsDeadWithItsChildrenWhenItIsStopped() => StopAsync(busy: false);

    [InterpreterFact]
    public Task Function_ThatIsBusy_IsDeadWithItsChildrenWhenItIsStopped() => StopAsync(busy: true);

    private async Task StopAsync(bool busy)
    {
        var request = _attempts.Task("t", Language, new { code = Hangs, args = new[] { busy }, kill_grace = "0s" });
        var running = _attempts.RunAsync(request);
        await _attempts.Blobs.WaitForAsync(TestAttempts.LogOf("t"), "hanging\n");
        var pids = _attempts.Blobs.TextOf(TestAttempts.LogOf("t")).Split('\n')[0].Split(' ').Select(int.Parse).ToList();

        await _attempts.StopAsync(request);

        Assert.Equal(AttemptOutcome.Stopped, (await running).Outcome);
        Assert.DoesNotContain(pids, IsAlive);
        Assert.Equal(0, Pool.Idle);
    }

    [InterpreterFact]
    public async Task Function_ThatLeavesAChild_EndsItWithTheTask()
    {
        var output = await ValueAsync(new { code = LeavesAChild });

        Assert.False(IsAlive(output.GetInt32()));
        Assert.Contains("what it left running is killed", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")), StringComparison.Ordinal);
    }

    [InterpreterFact]
    public async Task Function_ThatLeavesAThreadOrTimer_IsTheLastOfItsProcess()
    {
        var before = await PidAsync(new { code = LeavesWork });

        Assert.NotEqual(before, await PidAsync(new { code = Pid }));
    }

    [InterpreterFact]
    public async Task Workers_Idle_EndAfterAMinute()
    {
        var pid = await PidAsync(new { code = Pid });
        _clock.Now += TimeSpan.FromSeconds(59);
        await Pool.EndIdleAsync();
        Assert.True(IsAlive(pid));
        _clock.Now += TimeSpan.FromSeconds(1);
        await Pool.EndIdleAsync();

        Assert.False(IsAlive(pid));
        Assert.Equal(0, Pool.Idle);
    }

    [InterpreterFact]
    public async Task Workers_AreAsManyAsAllowed()
    {
        var pids = new List<int>();
        for (var version = 0; version < 3; version++)
        {
            _attempts.Run = _attempts.Run with { DagHash = $"v{version}" };
            pids.Add(await PidAsync(new { code = Pid }));
        }

        Assert.Equal([false, true, true], pids.Select(IsAlive));
    }

    [InterpreterFact]
    public async Task Worker_WhoseHostIsGone_Ends()
    {
        // As after kill -9: the system closes the host's end of the pipes, and nobody else does anything.
        var log = new HangingLog();
        var language = Language == "node" ? ScriptLanguage.Node : ScriptLanguage.Python;
        var path = Environment.GetEnvironmentVariable("PATH")!;
        var script = Path.Combine(AppContext.BaseDirectory, "Workers", language.Worker);
        await using var worker = ScriptWorker.Start(new("o", ShellCommand.Find(language.Interpreter, "/", path), [.. language.Options, script], _attempts.Folder, new() { ["PATH"] = path }), TimeProvider.System);
        var running = worker.RunAsync(new() { Code = Hangs, Function = "main", Args = TestAttempts.Json("[true]"), Env = [], Root = "/nowhere/", Mark = "\0end\n" }, log, null, CancellationToken.None);
        await log.Hanging.Task;
        using var process = System.Diagnostics.Process.GetProcessById(worker.ProcessId);

        worker.CloseRequests();

        await process.WaitForExitAsync();
        Assert.Equal(WorkerErrors.Died, (await Assert.ThrowsAsync<Dags.UpdraftException>(() => running)).Code);
    }

    [InterpreterFact]
    public async Task Artifacts_GoInAndOut()
    {
        var output = await ValueAsync(new { code = Copies, inputs = new { rows = new[] { 1, 2 } }, artifacts = new { copy = "copy.json" } });

        Assert.Equal("[1,2]", _attempts.Blobs.TextOf(output.GetProperty("copy").GetProperty("blob").GetString()!));
    }

    private protected abstract string Add { get; }

    private protected abstract string Counter { get; }

    private protected abstract string Count { get; }

    private protected abstract string Pid { get; }

    private protected abstract string Prints { get; }

    private protected abstract string Variables { get; }

    private protected abstract string Raises { get; }

    private protected abstract string Ends { get; }

    private protected abstract string NoJson { get; }

    private protected abstract string Exits { get; }

    private protected abstract string Grows { get; }

    private protected abstract string Hangs { get; }

    private protected abstract string LeavesAChild { get; }

    private protected abstract string LeavesWork { get; }

    private protected abstract string Copies { get; }

    private protected void Write(string name, string text) => File.WriteAllText(Path.Combine(_attempts.Folder, "package", "files", $"{name}.{Ending}"), text);

    private protected Task<AttemptResult> RunAsync(string id, object with) => _attempts.RunAsync(id, Language, with);

    private protected async Task<JsonElement> ValueAsync(object with)
    {
        var result = await RunAsync("t", with);
        Assert.True(result.Outcome == AttemptOutcome.Success, result.Reason);
        return result.Output!.Value ?? JsonSerializer.Deserialize<JsonElement>(_attempts.Blobs.TextOf(result.Output.Blob!));
    }

    private protected async Task<string> OutputAsync(object with) => (await ValueAsync(with)).GetRawText();

    private protected async Task<int> PidAsync(object with) => (await ValueAsync(with)).GetInt32();

    private static bool IsAlive(int pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
}
