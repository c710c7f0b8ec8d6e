using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Runs a program or a script in a process of its own.</summary>
[Operator("shell", Needs = ["process"])]
[Description("Runs a program with arguments, or a shell script, in a process of its own.")]
public sealed class ShellOperator(TimeProvider time) : RunOperator<ShellFields>
{
    private const long MaxOutputBytes = 64L << 20;

    /// <summary>Creates the operator on the system's clock.</summary>
    public ShellOperator()
        : this(TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, ShellFields fields, CancellationToken stop)
    {
        var process = new TaskProcess(context, time);
        if (context.Scratch.WasLeft) await process.KillEarlierAsync(fields.KillGrace);
        stop.ThrowIfCancellationRequested();
        var outputFile = Path.Combine(context.Scratch.Path, "output.json");
        var inputs = await context.Artifacts.FetchAsync(fields.Inputs, context.Scratch.Path, stop);
        var variables = ShellEnvironment.Of(context, fields, outputFile, inputs, Environment.GetEnvironmentVariables());
        var command = await ShellCommand.OfAsync(context, fields, variables.GetValueOrDefault("PATH"));
        var exitCode = await process.RunAsync(command, variables, fields.KillGrace, stop);
        if (exitCode == 0)
        {
            var output = await context.Artifacts.CollectAsync(fields.Artifacts, context.Scratch.Path, await OutputAsync(outputFile), stop);
            return output is { } value ? TaskOutcome.Success(value) : TaskOutcome.Success();
        }
        var reason = process.LastLine.Length == 0 ? Exited(exitCode) : $"{Exited(exitCode)}; its last line: {process.LastLine}";
        if (exitCode == fields.SkipExitCode) return TaskOutcome.Skipped(reason);
        if (exitCode == fields.FailExitCode) return TaskOutcome.FailedForGood(reason, OperatorErrors.ExitCode);
        return TaskOutcome.Failed(reason, OperatorErrors.ExitCode);
    }

    private static string Exited(int exitCode) => exitCode switch
    {
        126 => "exit code 126: the command is not executable",
        127 => "exit code 127: a command was not found",
        137 => "exit code 137: killed by SIGKILL, often for want of memory",
        > 128 and < 160 => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}: killed by signal {exitCode - 128}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}"),
    };

    private static async Task<JsonElement?> OutputAsync(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.Length == 0) return null;
        if (info.Length > MaxOutputBytes)
        {
            throw new UpdraftException(
                OperatorErrors.Output,
                string.Create(CultureInfo.InvariantCulture, $"the file UPDRAFT_OUTPUT is larger than {MaxOutputBytes >> 20} MB ({info.Length} bytes): write the data elsewhere and hand over its place"));
        }
        try
        {
            await using var content = info.OpenRead();
            return await JsonSerializer.DeserializeAsync<JsonElement>(content);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Output, $"the file UPDRAFT_OUTPUT holds no JSON: {e.Message}", e);
        }
    }
}
