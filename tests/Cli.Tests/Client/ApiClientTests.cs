using Updraft.Api;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

/// <summary>The same is done and refused in the same way however a data folder is asked.</summary>
public sealed class ApiClientTests
{
    [Theory]
    [InlineData(Way.Alone)]
    [InlineData(Way.Socket)]
    [InlineData(Way.Server)]
    public async Task Post_AnyWay_DoesWhatIsAsked(Way way)
    {
        var (folder, api) = await ClientFolder.AskedAsync(way);
        await using var _ = folder;
        await using var __ = api;

        var made = await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r 1/ü"), default);
        var shown = await api.GetAsync<RunResource>($"runs/{made.RunId}", default);
        var again = await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r 1/ü"), default);

        Assert.Equal(("r 1/ü", "train", true, way != Way.Alone), (made.RunId, made.Dag, made.Created, made.Driven));
        Assert.Equal(("r 1/ü", false), (shown.RunId, again.Created));
    }

    [Theory]
    [InlineData(Way.Alone)]
    [InlineData(Way.Socket)]
    [InlineData(Way.Server)]
    public async Task Ask_Refused_FailsInTheSameWay(Way way)
    {
        var (folder, api) = await ClientFolder.AskedAsync(way);
        await using var _ = folder;
        await using var __ = api;
        await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("run-1"), default);

        var noRun = await Assert.ThrowsAsync<UpdraftException>(() => api.PostAsync<CommandTaken>($"runs/run-2/cancel", new CancelCommand(), default));
        var noTask = await Assert.ThrowsAsync<UpdraftException>(() => api.PostAsync<CommandTaken>($"runs/run-1/mark", new MarkCommand([new("b", [])], TaskState.Success), default));
        var badId = await Assert.ThrowsAsync<UpdraftException>(() => api.PostAsync<RunAccepted>($"runs", ClientFolder.Run(" "), default));
        var noVariable = await Assert.ThrowsAsync<UpdraftException>(() => api.GetAsync<VariableView>($"variables/none", default));

        Assert.Equal((ApiErrors.NoRun, ApiErrors.NoTask, RunErrors.RunIdRefused), (noRun.Code, noTask.Code, badId.Code));
        Assert.Contains("did you mean 'run-1'", noRun.Message, StringComparison.Ordinal);
        Assert.StartsWith("there is no variable 'none'", noVariable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Way.Alone)]
    [InlineData(Way.Socket)]
    public async Task Pages_OfAFolder_AreAllRead(Way way)
    {
        var (folder, api) = await ClientFolder.AskedAsync(way);
        await using var _ = folder;
        await using var __ = api;
        for (var i = 0; i < 5; i++) await api.PutAsync<VariableView>($"variables/{$"v{i}"}", new SetVariable(Pictures.Json("[1]")), default);

        static ApiPath Path(string? after)
        {
            ApiPath path = $"variables";
            return path.With("count", 2).With("after", after);
        }
        var all = await api.PagesAsync<VariableView>(Path, default).Where(variable => variable.Source == "stored").ToListAsync();

        Assert.Equal(["v0", "v1", "v2", "v3", "v4"], all.Select(variable => variable.Name));
    }

    [Fact]
    public async Task Get_FolderThatNobodyOwns_OwnsItNot()
    {
        await using var folder = new ClientFolder();
        await using (var maker = ApiClient.OfFolder(folder.Path, TimeProvider.System, create: true)) await maker.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r1"), default);

        await using var api = ApiClient.OfFolder(folder.Path, TimeProvider.System);
        var before = await api.GetAsync<RunResource>($"runs/r1", default);
        await folder.ServeAsync();
        var after = await api.GetAsync<RunResource>($"runs/r1", default);

        Assert.Equal((false, true), (before.Driven, after.Driven));
    }

    [Fact]
    public async Task Post_OwnerThatHasGone_IsTakenUpByThisProcess()
    {
        var (folder, api) = await ClientFolder.AskedAsync(Way.Socket);
        await using var _ = folder;
        await using var __ = api;
        await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r1"), default);
        await folder.StopAsync();

        // The connection breaks with the first request after it; what it asked may have been done.
        var lost = await Assert.ThrowsAsync<UpdraftException>(() => api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r2"), default));
        var shown = await api.GetAsync<RunResource>($"runs/r1", default);
        var made = await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r2"), default);

        Assert.Equal((CliErrors.OwnerLost, "r1", true), (lost.Code, shown.RunId, made.Created));
        Assert.Null(OwnerSocket.Find(folder.Path));
    }

    [Fact]
    public async Task Ask_NoServer_CannotBeReached()
    {
        await using var api = ApiClient.OfServer(new Uri("http://127.0.0.1:1"), null);

        var failure = await Assert.ThrowsAsync<UpdraftException>(() => api.GetAsync<RunResource>($"runs/r1", default));

        Assert.Equal((CliErrors.Unreachable, ExitCodes.Unavailable), (failure.Code, ExitCodes.Of(failure.Code)));
    }

    [Fact]
    public async Task Ask_NoData_SaysSo()
    {
        await using var folder = new ClientFolder();
        await using var api = ApiClient.OfFolder(folder.Path, TimeProvider.System);

        var get = await Assert.ThrowsAsync<UpdraftException>(() => api.GetAsync<RunResource>($"runs/r1", default));
        var post = await Assert.ThrowsAsync<UpdraftException>(() => api.PostAsync<CommandTaken>($"runs/r1/pause", null, default));

        Assert.Equal((CliErrors.NoData, CliErrors.NoData), (get.Code, post.Code));
    }

    [Fact]
    public async Task Find_SocketOfAKilledOwner_IsNoObstacle()
    {
        await using var folder = new ClientFolder();
        await using (var first = ApiClient.OfFolder(folder.Path, TimeProvider.System, create: true)) await first.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r1"), default);
        using (OwnerSocket.Bind(OwnerSocket.Prepare(folder.Path)))
        {
            await using var api = ApiClient.OfFolder(folder.Path, TimeProvider.System);
            Assert.True((await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r2"), default)).Created);
        }
    }
}
