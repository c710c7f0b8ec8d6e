using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>
/// I9 for random work over several ledgers, with processes that die and answers that are lost: never more than the slots, nothing leaked,
/// nobody starves, and within a priority first come is first served. Checked at every write of every ledger.
/// </summary>
public sealed class LedgerPropertyTests
{
    private static readonly Dictionary<string, int> Limits = new() { ["key:a"] = 1, ["key:b"] = 2, ["key:c"] = 4 };

    [Fact]
    public void AnyWork_WithCrashes_KeepsEveryRuleAtEveryWrite()
    {
        for (var seed = 0; seed < 20; seed++) new World(seed).Play();
    }

    private sealed class World
    {
        private readonly SimulatedHost _host;
        private readonly LedgerClient[] _processes;
        private readonly Dictionary<string, PoolLedger> _last = [];
        private readonly HashSet<string> _over = [];
        private readonly int _seed;
        private int _granted;
        private bool _done;

        public World(int seed)
        {
            (_seed, _host) = (seed, new SimulatedHost(seed));
            _processes = [Process(), Process()];
            _host.Store.After = Check;
        }

        private Random Random => _host.Simulator.Random;

        private LedgerClient Process() => new(_host.Store, _host.Actors, _host.Simulator.Time, _host.Simulator.Random.NextDouble);

        public void Play()
        {
            _host.Simulator.Run(async () =>
            {
                await _host.StartAsync(new() { Chain = 1, Takes = TimeSpan.FromDays(1) });
                _host.Store.Faults = 0.05;
                var dying = DieNowAndThenAsync();
                await Task.WhenAll(Enumerable.Range(0, 24).Select(WorkAsync));
                _done = true;
                await dying;
                _host.Store.Faults = 0;

                // What died while it held or waited is found by the reconciler.
                await Task.Delay(TimeSpan.FromMinutes(1), _host.Simulator.Time);
                await new LedgerReconciler(_host.Store, Process(), _host.Simulator.Time).RunOnceAsync(lease => Task.FromResult(_over.Contains(lease.Id)));
                foreach (var name in Limits.Keys) Assert.True((await Process().GetAsync(name)).IsIdle, $"{name} is not free (seed {_seed})");
            });
            Assert.True(_granted > 20, $"too little was granted (seed {_seed})");
        }

        /// <summary>A process that dies forgets whom it told; those who asked it ask the next.</summary>
        private async Task DieNowAndThenAsync()
        {
            while (!_done)
            {
                await Task.Delay(TimeSpan.FromSeconds(Random.Next(1, 5)), _host.Simulator.Time);
                _processes[Random.Next(2)] = Process();
            }
        }

        private async Task WorkAsync(int n)
        {
            var wants = Limits.Keys.Where(_ => Random.Next(2) == 0).DefaultIfEmpty("key:b").ToArray();
            var ask = new AcquirePools
            {
                LeaseId = $"l{n}", Owner = SimulatedHost.Id, Holder = new("one", $"t{n}", 1), Priority = Random.Next(3),
                Asks = [.. wants.Select(name => new PoolAsk(name, Random.Next(1, 3), Limits[name]))],
            };
            await Task.Delay(TimeSpan.FromSeconds(Random.Next(10)), _host.Simulator.Time);
            for (var asked = 0; !await TryAsync(ask); asked++)
            {
                if (Random.Next(400) == 0) break; // It dies while it waits.
                if (n % 3 == 0 && Random.Next(10) == 0) ask = ask with { Priority = Random.Next(3), Change = ask.Change + 1 };
                Assert.True(asked < 1_000, $"{ask.LeaseId} starves (seed {_seed})");
                await Task.Delay(TimeSpan.FromSeconds(1), _host.Simulator.Time);
            }
            await Task.Delay(TimeSpan.FromSeconds(Random.Next(1, 4)), _host.Simulator.Time);
            _over.Add(ask.LeaseId);
            if (Random.Next(10) > 0) await ActorLoopTests.UntilAsync(() => _processes[n % 2].ReleaseAsync(new(ask.LeaseId, [.. wants])));
            else await Task.Delay(Reconciler.Patience + TimeSpan.FromSeconds(5), _host.Simulator.Time);
            // Others must not wait for the dead for ever.
            await ActorLoopTests.UntilAsync(() => new LedgerReconciler(_host.Store, _processes[n % 2], _host.Simulator.Time).RunOnceAsync(lease => Task.FromResult(_over.Contains(lease.Id))));
        }

        private async Task<bool> TryAsync(AcquirePools ask)
        {
            try
            {
                return (await _processes[Random.Next(2)].AcquireAsync(ask)).Granted;
            }
            catch (IOException)
            {
                return false;
            }
        }

        private void Check(string what)
        {
            if (Limits.Keys.FirstOrDefault(name => what == $"put {PoolPaths.Ledger(name)}") is not { } name) return;
            var now = JsonSerializer.Deserialize<PoolLedger>(_host.Store.Read(PoolPaths.Ledger(name)).Span, OrchestrationJson.Options)!;
            var before = _last.GetValueOrDefault(name) ?? PoolLedger.Empty;
            _last[name] = now;
            Assert.True(now.Taken <= Limits[name], $"{name} is overdrawn (seed {_seed})");
            Assert.Equal(now.Leases.Length + now.WaiterCount, now.Leases.Select(lease => lease.Id).Concat(now.Waiting.SelectMany(queue => queue.Waiters).Select(waiter => waiter.LeaseId)).Distinct().Count());
            foreach (var granted in now.Leases.Where(lease => !before.Holds(lease.Id)))
            {
                _granted++;
                if (int.Parse(granted.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 3 == 0) continue; // It may have got another priority in this write.
                // Whoever waited before this write, and waits still, with as high a priority, came later.
                if (before.Waiting.FirstOrDefault(queue => queue.Waiters.Any(waiter => waiter.LeaseId == granted.Id)) is not { } from) continue;
                foreach (var queue in now.Waiting.Where(queue => queue.Priority == from.Priority))
                    foreach (var waiter in queue.Waiters.Where(waiter => from.Waiters.Contains(waiter)))
                        Assert.True(waiter.Order > granted.Order, $"{granted.Id} overtook {waiter.LeaseId} at {name} (seed {_seed})");
            }
            if (now.Waiting.IsEmpty) return;
            var next = now.Waiting.OrderByDescending(queue => queue.Priority).ThenBy(queue => queue.Waiters[0].Order).First().Waiters[0];
            Assert.True(now.Taken + Math.Min(next.Slots, Limits[name]) > Limits[name], $"{next.LeaseId} waits at {name}, which has room (seed {_seed})");
        }
    }
}
