using System.Security.Cryptography;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Calls a function of a script in a worker.</summary>
public abstract class ScriptOperator<TFields> : RunOperator<TFields>
    where TFields : ScriptFields
{
    private readonly ScriptLanguage _language;
    private readonly WorkerPool _workers;

    private protected ScriptOperator(ScriptLanguage language, WorkerPool workers) => (_language, _workers) = (language, workers);

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, TFields fields, CancellationToken stop)
    {
        if (OperatingSystem.IsWindows()) throw new UpdraftException(OperatorErrors.Fields, "functions of scripts run on Linux and macOS: use a shell task");
        var left = new ProcessTree(context.AttemptId, TimeProvider.System);
        if (context.Scratch.WasLeft) await left.KillAsync(root: null, fields.KillGrace);
        var setup = WorkerSetup.Of(context, fields, _language, VenvOf(fields));
        var inputs = await context.Artifacts.FetchAsync(fields.Inputs, context.Scratch.Path, stop);
        var task = TaskOf(context, fields, inputs);
        try
        {
            return await OutcomeAsync(context, fields, await RunAsync(setup, task, context, fields, stop), stop);
        }
        catch (Exception e) when (e is OperationCanceledException or UpdraftException { Code: WorkerErrors.Died or WorkerErrors.Memory })
        {
            await left.KillAsync(root: null, fields.KillGrace);
            throw;
        }
    }

    /// <summary>The virtual environment of a task; null for none.</summary>
    private protected abstract string? VenvOf(TFields fields);

    private async Task<WorkerAnswer> RunAsync(WorkerSetup setup, WorkerTask task, TaskContext context, TFields fields, CancellationToken stop)
    {
        while (true)
        {
            var worker = await _workers.TakeAsync(setup, stop);
            var grace = TimeSpan.Zero;
            try
            {
                // Null: it had ended while it waited. Nothing of the task was done, so the next one may be asked.
                if (await worker.RunAsync(task, context.Log, fields.MemoryMb, stop) is { } answer) return answer;
            }
            catch (OperationCanceledException)
            {
                context.Log.WriteLine("[the task is stopped: its processes are asked to end, then killed]");
                grace = fields.KillGrace;
                throw;
            }
            finally
            {
                await _workers.ReturnAsync(worker, keep: fields.Warm && worker.Tasks < fields.RestartAfter, grace);
            }
        }
    }

    private static async Task<TaskOutcome> OutcomeAsync(TaskContext context, TFields fields, WorkerAnswer answer, CancellationToken stop)
    {
        switch (answer.Kind)
        {
            case WorkerAnswerKind.Done:
                var returned = answer.Value is { ValueKind: not JsonValueKind.Null } value ? value : (JsonElement?)null;
                return await context.Artifacts.CollectAsync(fields.Artifacts, context.Scratch.Path, returned, stop) is { } output ? TaskOutcome.Success(output) : TaskOutcome.Success();
            case WorkerAnswerKind.Skip:
                return TaskOutcome.Skipped(answer.Message is { Length: > 0 } reason ? reason : "the function skipped its task");
            case WorkerAnswerKind.Fail:
                return TaskOutcome.FailedForGood(answer.Message is { Length: > 0 } said ? said : "the function failed its task", WorkerErrors.Raised);
            case WorkerAnswerKind.Missing:
                return TaskOutcome.FailedForGood(answer.Message!, WorkerErrors.Function);
            case WorkerAnswerKind.Output:
                return TaskOutcome.Failed($"what the function returned is no JSON: {answer.Message}", OperatorErrors.Output);
            default:
                return TaskOutcome.Failed(answer.Message!, WorkerErrors.Raised);
        }
    }

    private static WorkerTask TaskOf(TaskContext context, TFields fields, string? inputs)
    {
        var variables = ShellEnvironment.OfTask(context, fields.Env).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in ShellEnvironment.Facts(context, outputFile: null, inputs)) variables[name] = value;
        return new WorkerTask
        {
            File = fields.File is { } file ? FileOf(context, file) : null,
            Code = fields.Code,
            Function = fields.Function,
            Args = fields.Args.ValueKind is JsonValueKind.Undefined ? null : fields.Args,
            Env = variables,
            Root = context.Package is { } package ? package.Files + Path.DirectorySeparatorChar : context.Scratch.Path + Path.DirectorySeparatorChar,
            Mark = $"\0{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}\n",
        };
    }

    private static string FileOf(TaskContext context, string file)
    {
        if (context.Package is not { } package) throw new FailTaskException($"the DAG has no files, so there is no '{file}': put it into the DAG's folder, or write code", WorkerErrors.Function);
        var path = Path.GetFullPath(file, package.Files);
        if (!path.StartsWith(package.Files + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
        {
            throw new FailTaskException($"there is no file '{file}' in the DAG's folder: correct the field file", WorkerErrors.Function);
        }
        return path;
    }
}
