using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Embedded;

namespace Updraft.Orchestration.Tests;

/// <summary>Actors whose machine may throw, on the embedded engine in virtual time, with a watchdog.</summary>
internal sealed class WatchedActors : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-watchdog-");

    public VirtualTime Time { get; } = new();

    public EmbeddedHost Host { get; private set; } = null!;

    public ActorRuntime Runtime { get; private set; } = null!;

    public Watchdog Watchdog { get; private set; } = null!;

    public FrailKind Kind { get; } = new();

    public IOrchestrationClient Client => Host.Client;

    public ActorClient Actors => Runtime.Actors;

    public static async Task<WatchedActors> StartAsync(IFaults? faults = null)
    {
        var actors = new WatchedActors();
        await actors.RestartAsync(faults);
        return actors;
    }

    public async Task RestartAsync(IFaults? faults = null)
    {
        if (Host is not null) await Host.DisposeAsync();
        Host = await EmbeddedHost.OpenAsync(new() { DataFolder = _folder.FullName, Time = Time, RelaxedDurability = true, Faults = faults });
        Runtime = new(Host.State, Host.Client, Time, Kind, new CanaryKind());
        Watchdog = Runtime.CreateWatchdog((_, _) => Task.FromResult(false), NullLogger.Instance);
        var registry = new ActivityRegistry();
        Runtime.Register(registry);
        await Host.StartAsync(registry);
    }

    public static ActorId IdOf(string name) => new("frail", "frail/" + DocumentPath.Of(name));

    /// <summary>Starts an actor that ends once it was told <paramref name="needs"/> things.</summary>
    public async Task StartAsync(string name, int needs = 1)
    {
        await Actors.StartAsync(new() { Id = IdOf(name), Request = JsonSerializer.SerializeToElement(needs) });
        await Host.IdleAsync();
    }

    public async Task TellAsync(string name, string entry)
    {
        await Actors.TellAsync(new() { Id = IdOf(name), EntryId = entry, Kind = "note", Body = NoBody.Json });
        await Host.IdleAsync();
    }

    /// <summary>Lets a minute pass, in which all that is due is done, then the watchdog looks.</summary>
    public async Task<WatchdogReport> LookAsync()
    {
        await PassAsync(TimeSpan.FromMinutes(1));
        var report = await Watchdog.RunOnceAsync();
        await Host.IdleAsync();
        return report;
    }

    public async Task PassAsync(TimeSpan time)
    {
        for (var end = Time.GetUtcNow() + time; Time.GetUtcNow() < end;)
        {
            await Host.IdleAsync();
            Time.Advance(TimeSpan.FromSeconds(10));
        }
        await Host.IdleAsync();
    }

    public Task<ActorHead?> HeadAsync(string name) => Actors.GetHeadAsync(IdOf(name));

    public async Task<IReadOnlyList<string>> InstancesAsync() => await Client.GetAllInstancesAsync(new()).Select(instance => $"{instance.InstanceId.Split('-')[1]} {instance.RuntimeStatus}").ToListAsync();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Its machines count what they are told, and throw where the test says so.</summary>
internal sealed class FrailKind : IActorKind
{
    public string Name => "frail";

    /// <summary>Whether a message kills the machine.</summary>
    public Func<Message, bool> Throws { get; set; } = _ => false;

    /// <summary>Whom to tell when one is set aside; null for nobody.</summary>
    public ActorId? Heir { get; set; }

    public string? SpecOf(JsonElement request) => null;

    public Machine Create(ActorSnapshot snapshot) => new FrailMachine(this, snapshot.Request.GetInt32(), snapshot.Head is { Revision: > 0 } head ? head.Body.GetInt32() : 0, snapshot.Head?.Revision ?? 0);

    public TellActor? WhenSetAside(ActorId id, JsonElement request, string reason) =>
        Heir is { } heir && heir != id ? new() { Id = heir, EntryId = "heir", Kind = "note", Body = NoBody.Json } : null;

    public Task StoredAsync(ActorId id, ActorHead head, string? summary, CancellationToken cancellation) => Task.CompletedTask;

    private sealed class FrailMachine(FrailKind kind, int needs, int told, long revision) : Machine
    {
        private bool _changed = true;

        public override bool IsFinal => told >= needs;

        public override void Handle(Message message, DateTime now, Effects effects)
        {
            if (kind.Throws(message)) throw new InvalidOperationException("a defect");
            if (message is Told) (told, _changed) = (told + 1, true);
        }

        public override ActorChanges? TakeChanges()
        {
            if (!_changed) return null;
            _changed = false;
            return new(++revision, JsonSerializer.SerializeToElement(told), null, []);
        }
    }
}
