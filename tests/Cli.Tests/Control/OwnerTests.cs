using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

/// <summary>The owner of a folder does the same in process and over its socket.</summary>
public sealed class OwnerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-own-").FullName;

    private LocalHost? _host;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_AnyOwner_DoesWhatIsAsked(bool remote)
    {
        await using var owner = await FindAsync(remote);

        var triggered = await owner.AskAsync(RunOperations.Trigger, Request("r1"), default);
        var paused = await owner.AskAsync(RunOperations.Pause, new RunCommand<PauseCommand>("r1", new PauseCommand(true)), default);

        Assert.Equal(new TriggerAnswer("r1", "train", Created: true, Driven: remote), triggered);
        Assert.Equal(new CommandTaken("r1", Driven: remote), paused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_Refused_FailsInTheSameWay(bool remote)
    {
        await using var owner = await FindAsync(remote);
        await owner.AskAsync(RunOperations.Trigger, Request("run-1"), default);

        var noRun = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(RunOperations.Cancel, new RunCommand<CancelCommand>("run-2", new CancelCommand()), default));
        var noTask = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(RunOperations.Mark, new RunCommand<MarkCommand>("run-1", new MarkCommand([new("b", [])], TaskState.Success)), default));
        var badId = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(RunOperations.Trigger, Request(" "), default));

        Assert.Equal((CliErrors.NoRun, CliErrors.NoTask, RunErrors.RunIdRefused), (noRun.Code, noTask.Code, badId.Code));
        Assert.Contains("did you mean 'run-1'", noRun.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OwnerThatHasGone_SaysThatItMayHaveBeenDone()
    {
        await using var owner = await FindAsync(remote: true);
        await owner.AskAsync(RunOperations.Trigger, Request("r1"), default);
        await _host!.DisposeAsync();
        _host = null;

        var lost = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(RunOperations.Wait, new WaitRequest("r1", 0), default));

        Assert.Equal(CliErrors.OwnerLost, lost.Code);
        Assert.Null(OwnerSocket.Find(_folder));
    }

    [Theory]
    [InlineData("POST", "v1/nothing", "{}")]
    [InlineData("GET", "v1/runs/cancel", "{}")]
    [InlineData("POST", "v1/runs/cancel", "{\"runId\":\"r1\",\"hurry\":true}")]
    [InlineData("POST", "v1/runs/cancel", "no json")]
    [InlineData("POST", "v1/runs/cancel", "null")]
    public async Task Listen_WhatIsNotKnown_IsOfAnotherVersion(string method, string path, string body)
    {
        await HostAsync();
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation) });

        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://owner/{path}") { Content = new StringContent(body, Encoding.UTF8) };
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(CliErrors.OwnerVersion, JsonSerializer.Deserialize<OwnerFailure>(await response.Content.ReadAsStringAsync(), OrchestrationJson.Options)!.Code);
    }

    [Fact]
    public async Task Find_SocketOfAKilledOwner_IsNoObstacle()
    {
        await using (await FindAsync(remote: false))
        {
        }
        using (OwnerSocket.Bind(OwnerSocket.Prepare(_folder)))
        {
            await using var owner = await FindAsync(remote: false);
            Assert.True((await owner.AskAsync(RunOperations.Trigger, Request("r1"), default)).Created);
        }
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(OwnerSocket.Find(_folder)!), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<Owner> FindAsync(bool remote)
    {
        if (remote) await HostAsync();
        var owner = await Owner.FindAsync(_folder, TimeProvider.System, create: true, default);
        Assert.Equal(remote, owner is RemoteOwner);
        return owner;
    }

    private async Task HostAsync()
    {
        _host = await LocalHost.OpenAsync(new LocalHostOptions { Folder = _folder, Clock = TimeProvider.System, Logging = NullLoggerFactory.Instance });
        await _host.ListenAsync([]);
        await _host.StartAsync();
    }

    private static TriggerRequest Request(string runId) => new()
    {
        Spec = JsonDocument.Parse(DagJson.Serialize(Pictures.Dag(Pictures.Task("a") with { With = Pictures.Json("""{"script":"true"}""") }))).RootElement,
        Operators = Operators.BuiltInOperators.Catalog.Manifests,
        Run = new RunGiven { RunId = runId, Conf = JsonDocument.Parse("{}").RootElement, Labels = RunArguments.Labels([]), By = "me" },
    };
}
