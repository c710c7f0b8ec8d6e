using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;

namespace Updraft.Orchestration.Tests;

/// <summary>A host's loop over its queue, on a simulated store and clock.</summary>
public sealed class QueueConsumerTests
{
    private static readonly DagSpec Dag = TrainDag();
    private static readonly OperatorManifest Work = new() { Name = "work", Kind = OperatorKind.Run, Description = "Works.", Fields = System.Text.Json.JsonSerializer.SerializeToElement(new { type = "object" }) };

    private readonly EventStage _stage = new();
    private readonly StateRunRequestQueue _queue;
    private Func<Task> _work = () => Task.CompletedTask;

    public QueueConsumerTests() => _queue = new(_stage.Store, _stage.Simulator.Time, new AlertLog(_stage.Store));

    private SimulatedTime Time => _stage.Simulator.Time;

    [Fact]
    public void Run_WhenAMessageIsSent_HandlesItAtOnce()
    {
        var handled = 0;
        _work = () => Task.FromResult(handled++);

        _stage.Simulator.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var running = Consumer().RunAsync(stop.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(1500), Time);
            var before = Time.Now;
            await SendAsync("m1");
            while (handled == 0) await _stage.Simulator.StepAsync();
            Assert.Equal(before, Time.Now);
            stop.Cancel();
            await running;
        });
    }

    [Fact]
    public void Run_OfManyMessages_HandlesNoMoreAtOnceThanItMay()
    {
        var (now, most, done) = (0, 0, 0);
        _work = async () =>
        {
            most = Math.Max(most, ++now);
            await Task.Delay(TimeSpan.FromSeconds(1), Time);
            now--;
            done++;
        };

        _stage.Simulator.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            for (var i = 0; i < 20; i++) await SendAsync($"m{i}");
            var running = Consumer(parallel: 4).RunAsync(stop.Token);
            while (done < 20) await Task.Delay(TimeSpan.FromSeconds(1), Time);
            stop.Cancel();
            await running;
        });

        Assert.Equal(4, most);
    }

    [Fact]
    public void Handle_OfWorkThatOutlastsTheLock_KeepsItLocked()
    {
        var handled = 0;
        _work = async () =>
        {
            handled++;
            await Task.Delay(TimeSpan.FromMinutes(10), Time);
        };

        _stage.Simulator.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            await SendAsync("m1");
            var running = Task.WhenAll(Consumer().RunAsync(stop.Token), Consumer().RunAsync(stop.Token));
            await Task.Delay(TimeSpan.FromMinutes(12), Time);
            stop.Cancel();
            await running;
        });

        Assert.Equal(1, handled);
        Assert.Empty(Messages());
    }

    [Fact]
    public void Handle_OfPoison_PutsItAsideAfterItsDeliveriesWithAnAlert()
    {
        var handled = 0;
        _work = () =>
        {
            handled++;
            throw new InvalidCastException("a defect");
        };

        var dead = _stage.Simulator.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            await SendAsync("poison");
            var running = Consumer().RunAsync(stop.Token);
            await Task.Delay(TimeSpan.FromMinutes(20), Time);
            stop.Cancel();
            await running;
            return await _queue.DeadLettersAsync().ToListAsync();
        });

        Assert.Equal(10, handled);
        Assert.StartsWith(QueueErrors.DeliveriesUsedUp, Assert.Single(dead).Reason, StringComparison.Ordinal);
        Assert.Equal(AlertKinds.DeadLetter, Assert.Single(_stage.Simulator.Run(() => new AlertLog(_stage.Store).ListAsync()).Alerts).Kind);
    }

    [Fact]
    public void Run_WhileTheStoreFailsNowAndThen_LosesNothing()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var stage = new EventStage(seed);
            var queue = new StateRunRequestQueue(stage.Store, stage.Simulator.Time);
            var runs = new RunClient(stage.Store, new SpecStore(stage.Store), stage.Actors, new RunNotices(), stage.Simulator.Time);
            stage.Store.Faults = 0.05;

            stage.Simulator.Run(async () =>
            {
                for (var i = 0; i < 5; i++) await ActorLoopTests.UntilAsync(() => queue.SendAsync(Message($"m{i}")));
                using var stop = new CancellationTokenSource();
                var running = new QueueConsumer(queue, new((_, set, token) => runs.TriggerAsync(set(new() { Dag = Dag, Operators = [Work] }), token), stage.Client), stage.Simulator.Time, NullLogger.Instance).RunAsync(stop.Token);
                while (Messages(stage).Any()) await Task.Delay(TimeSpan.FromSeconds(10), stage.Simulator.Time);
                stop.Cancel();
                await running;
            });

            Assert.Equal(5, Runs(stage).Count());
        }
    }

    [Fact]
    public void Crash_AtEveryWriteBetweenReceivingAndCompleting_MakesOneRun()
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            var queue = new StateRunRequestQueue(stage.Store, stage.Simulator.Time);
            var runs = new RunClient(stage.Store, new SpecStore(stage.Store), stage.Actors, new RunNotices(), stage.Simulator.Time);
            QueueConsumer Consumer() => new(queue, new((_, set, token) => runs.TriggerAsync(set(new() { Dag = Dag, Operators = [Work] }), token), stage.Client), stage.Simulator.Time, NullLogger.Instance);
            stage.Simulator.Run(() => queue.SendAsync(Message("m1")));

            var died = stage.DieAtWrite(k);
            try
            {
                stage.Simulator.Run(() => Consumer().DrainAsync());
            }
            catch (IOException)
            {
                // The rest of it never happens; another host goes on.
            }
            var crashed = died();
            stage.Simulator.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromMinutes(2), stage.Simulator.Time);
                await Consumer().DrainAsync();
            });

            Assert.Single(Runs(stage));
            Assert.Empty(Messages(stage));
            if (!crashed) break;
        }
    }

    [Fact]
    public void Crash_AtEveryWriteOfPuttingAside_LeavesOneDeadLetterAndOneAlert()
    {
        for (var k = 0; ; k++)
        {
            var stage = new EventStage();
            var queue = new StateRunRequestQueue(stage.Store, stage.Simulator.Time, new AlertLog(stage.Store));
            stage.Simulator.Run(() => queue.SendAsync(new() { Id = "bad", Body = "no json" }));
            QueueConsumer Consumer() => new(queue, new((_, _, _) => throw new InvalidOperationException(), stage.Client), stage.Simulator.Time, NullLogger.Instance);

            var died = stage.DieAtWrite(k);
            try
            {
                stage.Simulator.Run(() => Consumer().DrainAsync());
            }
            catch (IOException)
            {
                // The rest of it never happens; another host goes on.
            }
            var crashed = died();
            stage.Simulator.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromMinutes(2), stage.Simulator.Time);
                await Consumer().DrainAsync();
            });

            Assert.Single(stage.Simulator.Run(async () => await queue.DeadLettersAsync().ToListAsync()));
            Assert.Single(stage.Simulator.Run(() => new AlertLog(stage.Store).ListAsync()).Alerts);
            Assert.Empty(Messages(stage));
            if (!crashed) break;
        }
    }

    private QueueConsumer Consumer(int parallel = 16) => new(_queue, new(async (_, set, _) =>
    {
        await _work();
        var run = set(new() { Dag = Dag, Operators = [] });
        return new(new() { RunId = run.RunId!, Dag = Dag.Name, DagHash = "h", Conf = NoBody.Json, Params = NoBody.Json, LogicalDate = default, DataIntervalStart = default, DataIntervalEnd = default, CreatedAt = default }, true);
    }, _stage.Client), Time, NullLogger.Instance, parallel);

    private static DagSpec TrainDag()
    {
        var dag = new DagBuilder("train");
        dag.Task("a", "work");
        return dag.Build();
    }

    private Task SendAsync(string id) => _queue.SendAsync(Message(id));

    private static QueueMessage Message(string id) => new() { Id = id, Body = """{"dag":"train"}""" };

    private IEnumerable<string> Messages() => Messages(_stage);

    private static IEnumerable<string> Messages(EventStage stage) => stage.Store.Paths.Where(path => path.StartsWith("queue/messages/", StringComparison.Ordinal));

    private static IEnumerable<string> Runs(EventStage stage) => stage.Store.Paths.Where(path => path.StartsWith("runs/", StringComparison.Ordinal) && path.EndsWith("/request/", StringComparison.Ordinal));
}
