using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Updraft.Dags;
using Updraft.Embedded;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>The function app put together as it is on Azure, over the embedded engine and its stores, on virtual time, with a Service Bus that remembers what it is told.</summary>
internal sealed class AppStage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-app-");
    private EmbeddedHost _engine = null!;
    private ServiceProvider _services = null!;

    private AppStage()
    {
    }

    public VirtualTime Time { get; } = new();

    public FakeServiceBus Bus { get; } = new();

    public FakeLifetime Lifetime { get; } = new();

    /// <summary>Where all is kept; tests may let it fail.</summary>
    public FailingState State { get; private set; } = null!;

    public RunServices Runs => Get<RunServices>();

    public static async Task<AppStage> StartAsync(params (string Name, string? Value)[] settings)
    {
        var stage = new AppStage();
        var options = SampleSettings.Read(settings);
        var engine = stage._engine = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = stage._folder.FullName, Time = stage.Time, RelaxedDurability = true });
        stage.State = new FailingState(engine.State);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IHostApplicationLifetime>(stage.Lifetime).AddSingleton<IHostEnvironment>(new FakeEnvironment());
        services.AddSingleton<TimeProvider>(stage.Time).AddSingleton(options).AddSingleton(new LaneClients(options.Lane));
        services.AddSingleton(new RunPorts(stage.State, engine.Blobs, engine.Attempts, engine.Client, stage.Time));
        services.AddSingleton(new Lazy<ServiceBusClient>(() => stage.Bus));
        services.AddUpdraftParts(options, _ => "the test");
        stage._services = services.BuildServiceProvider();
        await engine.StartAsync(stage.Get<ActivityRegistry>());
        return stage;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Publishes a DAG of YAML.</summary>
    public Task PublishAsync(string yaml) => Runs.Catalogue.PublishAsync(new PublishDag { Spec = DagYaml.Read(yaml).Dags.Single().Dag, By = Caller.System });

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _engine.DisposeAsync();
        Lifetime.Dispose();
        _folder.Delete(recursive: true);
    }
}
