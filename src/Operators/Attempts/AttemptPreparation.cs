using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>From a request to an attempt that can run: finds the task, its operator and its package, gathers values, renders the fields.</summary>
internal sealed class AttemptPreparation(AttemptServices services)
{
    private readonly AttemptValues _values = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);
    private readonly ArtifactStore _artifacts = new(services.Blobs, services.Expiries, services.Time, services.MaxArtifactBytes);

    /// <summary>Prepares an attempt.</summary>
    /// <exception cref="UpdraftException">Something that the attempt needs is not there, or does not fit.</exception>
    public async Task<PreparedAttempt<TOperator>> PrepareAsync<TOperator>(AttemptRequest request, CancellationToken cancellation)
        where TOperator : class, IOperator
    {
        var dag = await services.Specs.GetAsync(request.DagHash, cancellation);
        var task = TaskOf(dag, request.TaskId);
        var run = await services.Inputs.RequestAsync(request.RunId, cancellation);
        var package = run.Package is { } hash ? await services.Packages.GetAsync(hash, cancellation) : null;
        var offered = services.Operators.Find(task.Operator) ?? package?.Operators.Find(task.Operator)
            ?? throw new UpdraftException(OperatorErrors.UnknownOperator, $"this host offers no operator '{task.Operator}', which task '{task.Id}' asks for");
        if (offered is not TOperator operatorFound)
        {
            throw new UpdraftException(OperatorErrors.UnknownOperator, $"operator '{task.Operator}' is a {offered.Manifest.Kind} operator, and task '{task.Id}' was started as another kind");
        }
        var (fields, compute, secrets) = await RenderAsync(dag, task, run, request, offered.Manifest, cancellation);
        var produced = task.Produces.IsEmpty ? null : await ProducedAsync(dag, task, run, request, cancellation);
        var log = new TaskLog(services, AttemptPaths.Log(request), () => secrets.Redactor);
        var outputs = new MappedOutputs(_outputs, services.Inputs, request);
        var context = new TaskContext
        {
            AttemptId = request.AttemptId,
            Run = run,
            TaskId = task.Id,
            Try = request.Try,
            Keys = [.. request.Place.Select(place => place.Key)],
            Log = log,
            Logger = new TaskLogger(log, services.Time),
            Scratch = new ScratchFolder(ScratchPath(request.AttemptId)),
            Files = new RunFiles(services.Blobs, request.RunId),
            Connect = secrets.ConnectAsync,
            HoldsSecret = secrets.IsIn,
            Compute = compute ?? new ComputeProfile(),
            Redact = text => secrets.Redactor.Redact(text),
            Package = package,
            Control = services.Control!,
            Artifacts = new TaskArtifacts(_artifacts, outputs, request),
            Outputs = outputs,
            Kept = new KeptOutputs(_outputs, request),
        };
        return new PreparedAttempt<TOperator>(task, operatorFound, fields, context, log, secrets, services.Logger) { Produced = produced };
    }

    /// <summary>The key of a task's limit.</summary>
    public async Task<string> LimitKeyAsync(AttemptRequest request, CancellationToken cancellation)
    {
        var dag = await services.Specs.GetAsync(request.DagHash, cancellation);
        var task = TaskOf(dag, request.TaskId);
        var run = await services.Inputs.RequestAsync(request.RunId, cancellation);
        var template = Template.Parse(task.Limit!.Key);
        var scope = await _values.GatherAsync(ReaderOf(dag, task, run, request), template.References, cancellation);
        return KeyText.Of(template.Evaluate(scope), $"the limit's key of task '{task.Id}'");
    }

    /// <summary>What a success of the attempt makes, known before its work: a template that is wrong costs none.</summary>
    private async Task<ImmutableArray<DatasetOutput>?> ProducedAsync(DagSpec dag, TaskSpec task, RunRequest run, AttemptRequest request, CancellationToken cancellation)
    {
        var templates = task.Produces.Select(output => (Dataset: Template.Parse(output.Dataset), Partition: output.Partition is { } partition ? Template.Parse(partition) : null)).ToArray();
        var references = templates.SelectMany(output => output.Dataset.References.Concat(output.Partition?.References ?? [])).Distinct();
        var scope = await _values.GatherAsync(ReaderOf(dag, task, run, request), references, cancellation);
        return [.. templates.Select(output => DatasetErrors.Checked(new DatasetOutput(
            KeyText.Of(output.Dataset.Evaluate(scope), $"the name of a dataset of task '{task.Id}'"),
            output.Partition is { } partition ? KeyText.Of(partition.Evaluate(scope), $"the partition of a dataset of task '{task.Id}'") : null)))];
    }

    private static TaskSpec TaskOf(DagSpec dag, string taskId) =>
        dag.Tasks.FirstOrDefault(task => task.Id == taskId)
        ?? throw new UpdraftException(OperatorErrors.UnknownVersion, $"DAG '{dag.Name}' has no task '{taskId}'");

    private async Task<(JsonElement Fields, ComputeProfile? Compute, AttemptSecrets Secrets)> RenderAsync(
        DagSpec dag, TaskSpec task, RunRequest run, AttemptRequest request, OperatorManifest manifest, CancellationToken cancellation)
    {
        var reads = AttemptReads.Of(dag, task, manifest);
        var scope = await _values.GatherAsync(ReaderOf(dag, task, run, request), reads.References, cancellation);
        var fields = Templates.Render(reads.With, scope, manifest.RawFields);
        var secrets = scope.Secrets.Concat(manifest.SecretFields.SelectMany(name => TextsOf(fields, name))).ToList();
        var compute = task.Compute is { } profile ? ComputeTemplates.Render(profile, scope) : null;
        return (fields, compute, new AttemptSecrets(services.Connections, secrets));
    }

    private static AttemptValues.Reader ReaderOf(DagSpec dag, TaskSpec task, RunRequest run, AttemptRequest request) =>
        new(dag, run, task.Id, task.Group, request.Place, request.Inputs, request.Try);

    private static IEnumerable<string> TextsOf(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var field) ? TextsOf(field) : [];

    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => TextsOf(member.Value)),
        _ => [],
    };

    private string ScratchPath(string attemptId) =>
        Path.Combine(services.ScratchFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attemptId)))[..32]);
}
