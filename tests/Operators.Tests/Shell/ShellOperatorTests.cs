using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class ShellOperatorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Command_Succeeds_LogsBothOutputsInOrder()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "echo one; echo two >&2; echo three" });

        Assert.Equal(AttemptOutcome.Success, result.Outcome);
        Assert.Null(result.Output);
        Assert.Equal("one\ntwo\nthree\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task Command_WritesOutputFile_HandsItOver()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "echo '{\"rows\": 3}' > \"$UPDRAFT_OUTPUT\"" });

        Assert.Equal(3, result.Output!.Value!.Value.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Compute_Environment_ReachesTheProcessRendered()
    {
        _attempts.Secrets["key"] = "s3cr3t-key";
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"size": 3}""") };
        var task = _attempts.Task("t", "shell", new { script = "echo $SIZE $BOTH $KEY", env = new { BOTH = "own" } }, compute: new()
        {
            Environment = new ComputeProfile().Environment.Add("SIZE", "{{ params.size }}").Add("BOTH", "profile").Add("KEY", "{{ secrets.key }}"),
        });

        Assert.Equal(AttemptOutcome.Success, (await _attempts.RunAsync(task)).Outcome);
        Assert.Equal("3 own ***\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Theory]
    [InlineData("A B", "x", "no name of a variable")]
    [InlineData("UPDRAFT_X", "x", "kept for Updraft")]
    [InlineData("A", "{{ params.none }}", "compute.environment.A")]
    public async Task Compute_EnvironmentThatCannotBe_FailsAndSaysWhere(string name, string value, string said)
    {
        var task = _attempts.Task("t", "shell", new { script = "true" }, compute: new() { Environment = new ComputeProfile().Environment.Add(name, value) });

        var result = await _attempts.RunAsync(task);

        Assert.Equal(AttemptOutcome.FailedForGood, result.Outcome);
        Assert.Contains(said, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WritesNoJson_FailsWithCode()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "echo '{rows' > \"$UPDRAFT_OUTPUT\"" });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Command_OutputOverLimit_IsRefused()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "truncate -s 65M \"$UPDRAFT_OUTPUT\"" });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
        Assert.Contains("larger than 64 MB", result.Reason, StringComparison.Ordinal);
    }

    [Theory] // semantics.md, "Branches and skips": the shell exits 99 for skip and 98 for fail-without-retry, both can be changed.
    [InlineData("exit 99", AttemptOutcome.Skipped)]
    [InlineData("exit 98", AttemptOutcome.FailedForGood)]
    [InlineData("exit 1", AttemptOutcome.Failed)]
    public async Task ExitCode_Defaults_DecideTheOutcome(string script, AttemptOutcome expected)
    {
        Assert.Equal(expected, (await _attempts.RunAsync("t", "shell", new { script })).Outcome);
    }

    [Theory]
    [InlineData("exit 99", AttemptOutcome.Failed)]
    [InlineData("exit 7", AttemptOutcome.Skipped)]
    [InlineData("exit 98", AttemptOutcome.Failed)]
    public async Task ExitCode_Changed_DecidesTheOutcome(string script, AttemptOutcome expected)
    {
        Assert.Equal(expected, (await _attempts.RunAsync("t", "shell", new { script, skip_exit_code = 7, fail_exit_code = (int?)null })).Outcome);
    }

    [Fact]
    public async Task Script_CommandInTheMiddleFails_TaskFails()
    {
        Assert.Equal(AttemptOutcome.Failed, (await _attempts.RunAsync("t", "shell", new { script = "false | cat\necho done" })).Outcome);
    }

    [Fact]
    public async Task Failure_TellsTheLastLine()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "echo fine; printf '\\033[31mno such table: x\\033[0m\\n\\n' >&2; exit 3" });

        Assert.Equal("exit code 3; its last line: [31mno such table: x[0m", result.Reason);
    }

    [Fact]
    public async Task Script_KilledBySignal_SaysWhich()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "kill -9 $$" });

        Assert.Equal("exit code 137: killed by SIGKILL, often for want of memory", result.Reason);
    }

    [Fact]
    public async Task Variables_TellTheFactsOfTheRun()
    {
        var request = _attempts.Task("t", "shell", new { script = "env | grep ^UPDRAFT_ | sort" }) with
        {
            Place = [new MapPlace("g", 3, "ATL", "items/g/"), new MapPlace("t", 0, "x", "items/t/")],
        };

        await _attempts.RunAsync(request);

        var log = _attempts.Blobs.TextOf(AttemptPaths.Log(request)).Split('\n');
        Assert.Contains("UPDRAFT_RUN_ID=manual-1", log);
        Assert.Contains("UPDRAFT_DAG=test", log);
        Assert.Contains("UPDRAFT_TASK=t", log);
        Assert.Contains("UPDRAFT_TRY=1", log);
        Assert.Contains("UPDRAFT_KEY=x", log);
        Assert.Contains("UPDRAFT_KEYS=[\"ATL\",\"x\"]", log);
        Assert.Contains("UPDRAFT_LOGICAL_DATE=2026-03-29T01:00:00Z", log);
        Assert.Contains("UPDRAFT_DATA_INTERVAL_START=2026-03-28T01:00:00Z", log);
        Assert.Contains("UPDRAFT_DATA_INTERVAL_END=2026-03-29T01:00:00Z", log);
    }

    [Fact]
    public async Task Variables_OfHost_AreHandedOnOnlyWhenBasicOrAskedFor()
    {
        Environment.SetEnvironmentVariable("MY_CONNECTION_STRING", "host-secret");
        Environment.SetEnvironmentVariable("ASKED_FOR", "yes");
        Environment.SetEnvironmentVariable("UPDRAFT_SECRET_X", "own-secret");

        await _attempts.RunAsync("t", "shell", new { command = new[] { "env" }, pass_env = new[] { "ASKED_*", "UPDRAFT_*" } });

        var log = _attempts.Blobs.TextOf(TestAttempts.LogOf("t"));
        Assert.Contains("PATH=", log, StringComparison.Ordinal);
        Assert.Contains("ASKED_FOR=yes", log, StringComparison.Ordinal);
        Assert.DoesNotContain("host-secret", log, StringComparison.Ordinal);
        Assert.DoesNotContain("own-secret", log, StringComparison.Ordinal);
    }

    /// <summary>CVE-2022-24288: a value that is taken for a part of the command.</summary>
    [Theory]
    [InlineData("$(touch {0})")]
    [InlineData("`touch {0}`")]
    [InlineData("; touch {0} ;")]
    [InlineData("' ; touch {0} ; '")]
    [InlineData("\" ; touch {0} ; \"")]
    [InlineData("a\ntouch {0}\n")]
    [InlineData("${{IFS}}&& touch {0} | cat")]
    [InlineData("--help")]
    [InlineData("\u001b[31m‮é")]
    public async Task Values_Hostile_ReachTheProcessAsData(string pattern)
    {
        var trap = Path.Combine(_attempts.Folder, "trap");
        var value = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, trap);
        _attempts.Run = _attempts.Run with { Params = JsonSerializer.SerializeToElement(new { value }) };
        const string template = "{{ params.value }}";

        await _attempts.RunAsync("command", "shell", new { command = new[] { "/usr/bin/printf", "%s|%s", template, "x" + template } });
        await _attempts.RunAsync("env", "shell", new { script = "printf '%s' \"$V\"", env = new Dictionary<string, string> { ["V"] = template } });
        await _attempts.RunAsync("args", "shell", new { script = "printf '%s' \"$1\"", args = new[] { template } });

        Assert.Equal($"{value}|x{value}", _attempts.Blobs.TextOf(TestAttempts.LogOf("command")));
        Assert.Equal(value, _attempts.Blobs.TextOf(TestAttempts.LogOf("env")));
        Assert.Equal(value, _attempts.Blobs.TextOf(TestAttempts.LogOf("args")));
        Assert.False(File.Exists(trap));
    }

    [Fact]
    public async Task Script_WithTemplate_IsTakenAsItIs()
    {
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"value":"evil"}""") };

        await _attempts.RunAsync("t", "shell", new { script = "echo '{{ params.value }}'" });

        Assert.Equal("{{ params.value }}\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Theory]
    [InlineData("""{"command":["echo","a\u0000b"]}""", "NUL")]
    [InlineData("""{"command":["echo"],"env":{"A":"a\u0000b"}}""", "NUL")]
    [InlineData("""{"command":["echo"],"env":{"A=B":"c"}}""", "no name of a variable")]
    [InlineData("""{"command":["echo"],"env":{"UPDRAFT_OUTPUT":"c"}}""", "kept for Updraft")]
    [InlineData("""{"command":["echo"],"script":"echo"}""", "command and script are")]
    [InlineData("""{}""", "and none is")]
    [InlineData("""{"command":["echo"],"args":["x"]}""", "args belong to a script")]
    [InlineData("""{"command":["echo"],"unknown":1}""", "unknown")]
    [InlineData("""{"command":["echo"],"kill_grace":"soon"}""", "duration")]
    public async Task Fields_ThatDoNotFit_FailForGood(string with, string message)
    {
        var result = await _attempts.RunAsync("t", "shell", TestAttempts.Json(with));

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Fields), (result.Outcome, result.Code));
        Assert.Contains(message, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"command":["no-such-program-anywhere"]}""", "not on PATH")]
    [InlineData("""{"command":["./missing.sh"]}""", "not there, or not executable")]
    [InlineData("""{"command":["echo"],"working_directory":"missing"}""", "no working directory")]
    [InlineData("""{"command":["echo"],"venv":"missing"}""", "no virtual environment")]
    public async Task Process_CannotStart_SaysWhy(string with, string message)
    {
        var result = await _attempts.RunAsync("t", "shell", TestAttempts.Json(with));

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.ProcessStart), (result.Outcome, result.Code));
        Assert.Contains(message, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Venv_Given_ComesFirstOnPath()
    {
        var venv = Path.Combine(_attempts.Folder, "venv");
        var program = Path.Combine(venv, "bin", "hello");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho from $VIRTUAL_ENV\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await _attempts.RunAsync("t", "shell", new { command = new[] { "hello" }, venv });

        Assert.Equal($"from {venv}\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task Argument_IsANumber_ReachesTheProcessAsText()
    {
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"n":30}""") };

        await _attempts.RunAsync("t", "shell", new { command = new object[] { "echo", 5, "{{ params.n }}" } });

        Assert.Equal("5 30\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task Scratch_AfterTheEnd_IsGone()
    {
        await _attempts.RunAsync("t", "shell", new { script = "touch $UPDRAFT_SCRATCH/x; echo $UPDRAFT_SCRATCH" });

        Assert.False(Directory.Exists(_attempts.Blobs.TextOf(TestAttempts.LogOf("t")).TrimEnd()));
    }
}
