using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Embedded.Tests;

public sealed class FailedWriteTests
{
    [Theory]
    [InlineData(FaultPoint.BeforeCommit, StorageFault.DiskFull, EngineErrors.DiskFull)]
    [InlineData(FaultPoint.BeforeCommit, StorageFault.IoError, EngineErrors.Storage)]
    [InlineData(FaultPoint.BeforeCommit, StorageFault.ReadOnly, EngineErrors.ReadOnly)]
    [InlineData(FaultPoint.AfterCommit, StorageFault.FailedFsync, EngineErrors.Storage)]
    public async Task PutAsync_WriteFails_ClearErrorAndGreenAgainOnceItWorks(FaultPoint point, StorageFault fault, string code)
    {
        using var folder = new DataFolder();
        var faults = new FailWhile(point, fault);
        await using var host = await folder.OpenAsync(options => options with { Faults = faults });
        faults.IsOn = true;
        var failure = await Assert.ThrowsAsync<UpdraftException>(() => PutAsync(host));
        Assert.Equal(code, failure.Code);
        Assert.Contains(folder.Path, failure.Message);
        Assert.Equal(code, host.Failure?.Code);
        faults.IsOn = false;
        Assert.NotNull(await PutAsync(host));
        Assert.Null(host.Failure);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCommit, StorageFault.DiskFull)]
    [InlineData(FaultPoint.AfterCommit, StorageFault.FailedFsync)]
    public async Task Orchestration_WritesFailForAWhile_GoesOnByItself(FaultPoint point, StorageFault fault)
    {
        using var folder = new DataFolder();
        var faults = new FailWhile(point, fault);
        var ran = 0;
        await using var host = await folder.OpenAsync(options => options with { Faults = faults });
        await host.StartAsync(new ActivityRegistry()
            .Add("work", ActivityWeight.InProcess, _ =>
            {
                faults.IsOn = Interlocked.Increment(ref ran) == 2;
                return Task.FromResult<object?>(ran);
            })
            .AddOrchestrator("chain", async context =>
            {
                for (var i = 0; i < 4; i++) await context.CallActivityAsync<int>("work");
                return "done";
            }));
        await host.ScheduleAsync("chain", "i");
        await host.IdleAsync();
        Assert.NotNull(host.Failure);
        Assert.Equal(2, ran);
        faults.IsOn = false;
        Assert.Equal("done", (await host.RunToEndAsync("i")).Output!.Value.GetString());
        Assert.Equal(4, ran);
        Assert.Null(host.Failure);
    }

    [Fact]
    public async Task PutAsync_AnswerLost_RepetitionIsRecognised()
    {
        using var folder = new DataFolder();
        var faults = new FailWhile(FaultPoint.AfterCommit, StorageFault.IoError) { IsOn = true };
        await using var host = await folder.OpenAsync(options => options with { Faults = faults });
        var write = new DocumentWrite { Content = "1"u8.ToArray(), If = WriteCondition.IfAbsent, WriteId = "w" };
        await Assert.ThrowsAsync<UpdraftException>(() => host.State.PutAsync("d/", write));
        faults.IsOn = false;
        Assert.NotNull(await host.State.PutAsync("d/", write));
    }

    [Fact]
    public async Task AppendAsync_DiskFull_ClearErrorAndTheLengthStays()
    {
        using var folder = new DataFolder();
        var faults = new FailWhile(FaultPoint.BeforeFileWrite, StorageFault.DiskFull);
        await using var host = await folder.OpenAsync(options => options with { Faults = faults });
        await host.Blobs.AppendAsync("log/", 0, "one"u8.ToArray());
        faults.IsOn = true;
        Assert.Equal(EngineErrors.DiskFull, (await Assert.ThrowsAsync<UpdraftException>(() => host.Blobs.AppendAsync("log/", 3, "two"u8.ToArray()))).Code);
        Assert.Equal(EngineErrors.DiskFull, (await Assert.ThrowsAsync<UpdraftException>(() => host.Blobs.WriteAsync("blob/", new MemoryStream()))).Code);
        Assert.Equal(3, await host.Blobs.GetLengthAsync("log/"));
    }

    private static Task<string?> PutAsync(EmbeddedHost host) => host.State.PutAsync("d/", new() { Content = "1"u8.ToArray() });

    private sealed class FailWhile(FaultPoint point, StorageFault fault) : IFaults
    {
        public volatile bool IsOn;

        public void At(FaultPoint at, string what)
        {
            if (IsOn && at == point) throw new SimulatedStorageFaultException(fault);
        }
    }
}
