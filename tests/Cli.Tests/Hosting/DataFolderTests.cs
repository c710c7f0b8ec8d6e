using Microsoft.Extensions.Logging.Abstractions;

namespace Updraft.Cli.Tests;

public sealed class DataFolderTests
{
    [Fact]
    public async Task Exists_FolderInWhichNothingWasStored_IsNone()
    {
        await using var folder = ClientFolder.Make();
        await using (var host = await LocalHost.OpenAsync(new LocalHostOptions { Folder = folder.Path, Clock = TimeProvider.System, Logging = NullLoggerFactory.Instance }))
            Assert.False(DataFolder.Exists(folder.Path));

        Assert.False(DataFolder.Exists(folder.Path));
        await folder.ServeAsync();
        await folder.Host.Services.StoredVariables.SetAsync("name", System.Text.Json.JsonSerializer.SerializeToElement("value"), "me");
        Assert.True(DataFolder.Exists(folder.Path));
    }
}
