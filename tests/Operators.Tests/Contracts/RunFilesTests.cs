using Updraft.Dags;

namespace Updraft.Operators.Tests;

public sealed class RunFilesTests
{
    private readonly MemoryBlobs _blobs = new();

    [Fact]
    public async Task WriteJson_ThenRead_IsTheSame()
    {
        var files = new RunFiles(_blobs, "r/1");

        await files.WriteJsonAsync("models/SEA.json", new[] { 1, 2 });
        await files.WriteJsonAsync("models/SEA.json", new[] { 3 });

        var read = await files.ReadJsonAsync<int[]>("models/SEA.json");

        Assert.Equal([3], read);
        Assert.Equal(["files/r%2F1/models/SEA.json/"], _blobs.Paths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../other")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("a\nb")]
    [InlineData("a\\b")]
    public void PathOf_NoRelativePath_IsRefused(string name) =>
        Assert.Equal(OperatorErrors.File, Assert.Throws<UpdraftException>(() => RunFiles.PathOf("r1", name)).Code);

    [Fact]
    public async Task Read_MissingOrOther_IsAFailureThatNamesTheFile()
    {
        var files = new RunFiles(_blobs, "r1");
        await files.WriteTextAsync("a.json", "no json");

        Assert.Contains("'b.json'", (await Assert.ThrowsAsync<UpdraftException>(() => files.ReadJsonAsync<int>("b.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("'a.json'", (await Assert.ThrowsAsync<UpdraftException>(() => files.ReadJsonAsync<int>("a.json"))).Message, StringComparison.Ordinal);
    }
}
