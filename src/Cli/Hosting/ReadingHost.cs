using Updraft.Api;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>A data folder that is only read, beside whoever owns it: what asks is answered, and nothing is driven or changed.</summary>
internal sealed class ReadingHost : IApiHost
{
    private readonly string _folder;

    public ReadingHost(DataFolder data, TimeProvider clock)
    {
        Name = data.Name;
        _folder = data.Folder;
        Services = new RunServices(new RunPorts(data.State, data.Blobs, new NoAttempts(data.Folder), new NoOrchestrations(data.Folder), clock), BuiltInOperators.Catalog,
            new PackageFolders(PackageBuilder.PackagesOf(data.Folder)), Path.Combine(data.Folder, "scratch"),
            connections: Connections.OfHost(data.Folder, clock),
            variables: [new EnvironmentVariables(), FileVariables.Of(data.Folder)]);
    }

    public RunServices Services { get; }

    public string Name { get; }

    public UpdraftException? Failure => null;

    public bool Drives(string? runId) => false;

    public Task<RetentionReport> RetainAsync(RetentionPolicy? policy, CancellationToken cancellation) => throw Refusal(_folder);

    public Task<BackupMade> BackupAsync(string folder, CancellationToken cancellation) => throw Refusal(_folder);

    private static UpdraftException Refusal(string folder) => new(EngineErrors.ReadOnly, $"the data folder {folder} is only read here, which is a defect to report");

    private sealed class NoAttempts(string folder) : IAttemptHost
    {
        public Task<IAttempt?> ClaimAsync(string attemptId, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task<bool> StopAsync(string attemptId, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task<bool> WaitForReleaseAsync(string attemptId, CancellationToken cancellation = default) => throw Refusal(folder);
    }

    /// <summary>What is at work is not known beside the owner.</summary>
    private sealed class NoOrchestrations(string folder) : IOrchestrationClient
    {
        public Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation = default) => Task.FromResult<OrchestrationMetadata?>(null);

        public IAsyncEnumerable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery query, CancellationToken cancellation = default) => AsyncEnumerable.Empty<OrchestrationMetadata>();

        public Task<bool> ScheduleNewOrchestrationInstanceAsync(string orchestratorName, object? input, StartOrchestrationOptions options, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw Refusal(folder);

        public Task TerminateInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw Refusal(folder);
    }
}
