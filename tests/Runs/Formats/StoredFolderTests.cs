using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Data folders of every earlier format are opened, read and gone on with; of a newer one, refused.</summary>
public sealed class StoredFolderTests
{
    public static TheoryData<int> Formats => [.. Enumerable.Range(1, Schema.Format - 1)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Open_FolderOfAFormat_ReadsItsHistoryAndGoesOnWithItsRuns(int format)
    {
        await using var scene = Scene.Empty(StoredFolder.NewStage(), partSize: 2);
        StoredFolder.Unpack(format, scene.Folder);
        scene.Time.Advance(TimeSpan.FromDays(1));
        await scene.RestartAsync();

        await GoOnAsync(scene);
    }

    [Fact]
    public async Task Open_FolderOfThePresentFormat_GoesOn()
    {
        await using var scene = Scene.Empty(StoredFolder.NewStage(), partSize: 2);
        await scene.RestartAsync();
        await StoredFolder.FillAsync(scene);
        await scene.CloseAsync();
        if (Environment.GetEnvironmentVariable("UPDRAFT_STORE_FORMAT") is { } file) StoredFolder.Pack(scene.Folder, file);
        await scene.RestartAsync();

        await GoOnAsync(scene);
    }

    /// <summary>Reads the history of a folder made by <see cref="StoredFolder"/>, and has its open runs go on.</summary>
    internal static async Task GoOnAsync(Scene scene, int ofLoad = 0)
    {
        Assert.Equal(RunStatus.Success, (await scene.ViewAsync("done")).Body.Status);
        Assert.Equal("of a", (await scene.InstancesAsync("done"))["a"].Output!.Value!.Value.GetString());
        Assert.Equal(10_002, (await scene.InstancesAsync("done"))["large"].Output!.Bytes);
        Assert.Contains("hello from a", await LogOfAsync(scene, AttemptPaths.Log("done", "a", [], 1)), StringComparison.Ordinal);
        Assert.Equal("after:UpstreamFailed bad:Failed", await scene.StatesAsync("failed"));
        Assert.Equal("kept", (await scene.ViewAsync("done")).Request.Conf.GetProperty("note").GetString());

        scene.Stage.FakeBackend.DoneAfter = 3;
        await scene.Host.Runs.PauseAsync("paused", new PauseCommand(false));
        var ends = new Dictionary<string, RunStatus>();
        foreach (var run in StoredFolder.Ends.Keys) ends[run] = (await scene.EndAsync(run)).Body.Status;
        Assert.Equal(StoredFolder.Ends, ends);
        Assert.Equal("after:Success each[0]:Success each[1]:Success each[2]:Success each[3]:Success each[4]:Success list:Success", await scene.StatesAsync("mapped"));
        Assert.Equal(StoredFolder.Ends.Count + ofLoad, await scene.Host.Runs.ListAsync().CountAsync());
    }

    private static async Task<string> LogOfAsync(Scene scene, string path)
    {
        await using var log = await scene.Host.Embedded.Blobs.OpenReadAsync(path);
        using var reader = new StreamReader(log!);
        return await reader.ReadToEndAsync();
    }
}
