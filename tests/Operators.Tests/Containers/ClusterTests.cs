using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>A cluster, a connection to it, and jobs in it.</summary>
public abstract class ClusterTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private FakeService _service = null!;
    private FakeCluster _cluster = null!;

    private protected TestAttempts Attempts => _attempts;

    private protected FakeService Service => _service;

    private protected FakeCluster Cluster => _cluster;

    private protected ManualTime Time { get; } = new();

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _cluster = new FakeCluster(_service);
        _attempts.With(new KubernetesOperator(Time));
        _attempts.Connections["cluster"] = new Connection { Url = _service.Url, Token = FakeCluster.Token, Options = new Connection().Options.Add("namespace", "etl") };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose()
    {
        _attempts.Dispose();
        _cluster.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected JobCalls Job(object with, ComputeProfile? compute = null) => new(_attempts, _attempts.Task("t", "kubernetes", with, compute: compute));

    private protected async Task<JobCalls> StartedAsync()
    {
        var job = Job(new { connection = "cluster", image = "app" });
        await job.SubmitAsync();
        return job;
    }
}
