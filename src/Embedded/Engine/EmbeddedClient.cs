using System.Runtime.CompilerServices;
using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>The client of the embedded engine.</summary>
internal sealed class EmbeddedClient(Engine engine) : IOrchestrationClient
{
    /// <inheritdoc/>
    public Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default)
    {
        if (OrchestrationLimits.Refuse(options.InstanceId) is { } refused) throw new ArgumentException(refused, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName);
        cancellation.ThrowIfCancellationRequested();
        var row = new InstanceRow
        {
            N = engine.NextInstance(),
            Id = options.InstanceId,
            Name = orchestratorName,
            Version = options.Version,
            Lane = options.Lane,
            Tags = InstanceRow.WriteTags(options.Tags),
            IsOpen = true,
            IsSuspended = false,
            Execution = 1,
            Created = engine.Now.Ticks,
            Input = Payload.WriteOrNull(input, $"the input of '{options.InstanceId}'"),
        };
        return engine.Writer.WriteAsync("start", db => InstanceTable.Insert(db, row), isNew =>
        {
            if (isNew) engine.Begin(row);
        });
    }

    /// <inheritdoc/>
    public Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var came = new EventCame(eventName, Payload.Write(eventPayload, $"event '{eventName}'"));
        return SendAsync(instanceId, answer => new Raised(came, answer), cancellation);
    }

    /// <inheritdoc/>
    public Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default) =>
        Task.FromResult(engine.Database.Read(db => InstanceListing.Find(db, instanceId)));

    /// <inheritdoc/>
    public async IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var ends = EndsOf(query);
        if (ends is InstanceListing.Ends.NotYet)
        {
            foreach (var id in engine.Database.Read(db => InstanceListing.OpenIds(db, query.InstanceIdPrefix)))
            {
                cancellation.ThrowIfCancellationRequested();
                if (await GetInstanceAsync(id, cancellation) is { } open && query.Statuses.Contains(open.RuntimeStatus)) yield return open;
            }
            yield break;
        }
        for (var after = ""; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = engine.Database.Read(db => InstanceListing.Page(db, query.InstanceIdPrefix, after, ends));
            if (page.Count == 0) yield break;
            foreach (var instance in page)
                if (query.Statuses.IsDefaultOrEmpty || query.Statuses.Contains(instance.RuntimeStatus)) yield return instance;
            after = page[^1].InstanceId;
            await Task.CompletedTask;
        }
    }

    private static InstanceListing.Ends EndsOf(OrchestrationQuery query) =>
        query.Statuses.IsDefaultOrEmpty ? InstanceListing.Ends.Any
        : query.Statuses.All(status => status is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated) ? InstanceListing.Ends.Badly
        : query.Statuses.All(status => status is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Suspended) ? InstanceListing.Ends.NotYet
        : InstanceListing.Ends.Any;

    /// <inheritdoc/>
    public Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default) =>
        engine.Writer.WriteAsync("purge", db => InstanceTable.Purge(db, instanceId));

    /// <inheritdoc/>
    public Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, answer => new Repair(RepairKind.Suspend, reason, answer), cancellation);

    /// <inheritdoc/>
    public Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, answer => new Repair(RepairKind.Resume, reason, answer), cancellation);

    /// <inheritdoc/>
    public Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, answer => new Repair(RepairKind.Terminate, reason, answer), cancellation);

    /// <summary>Waits until an instance has ended; null when there is none.</summary>
    public async Task<OrchestrationMetadata?> WaitForEndAsync(string instanceId, CancellationToken cancellation)
    {
        while (true)
        {
            var ended = engine.Ends.WaitAsync(instanceId);
            var found = await GetInstanceAsync(instanceId, cancellation);
            if (found?.RuntimeStatus is null or OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated) return found;
            await ended.WaitAsync(cancellation);
        }
    }

    private Task SendAsync(string instanceId, Func<TaskCompletionSource, InstanceMessage> message, CancellationToken cancellation)
    {
        if (OrchestrationLimits.Refuse(instanceId) is { } refused) throw new ArgumentException(refused, nameof(instanceId));
        if (engine.IsOver) throw engine.WhyOver;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Send(instanceId, message(answer));
        return answer.Task.WaitAsync(cancellation);
    }
}
