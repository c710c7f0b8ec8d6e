using System.Text;
using Updraft.Operators.Tests;

namespace Updraft.Cli.Tests;

public sealed class LogTailTests
{
    private const string Path = "logs/r1/a/task/1.log/";

    private readonly MemoryBlobs _blobs = new();

    [Fact]
    public async Task Next_GrowingLog_YieldsWholeLinesOnce()
    {
        var tail = new LogTail(_blobs, Path);
        Assert.Equal("", await tail.NextAsync(default));

        await AppendAsync("one\ntw"u8.ToArray());
        Assert.Equal("one\n", await tail.NextAsync(default));
        Assert.Equal("", await tail.NextAsync(default));

        await AppendAsync("o\nthree"u8.ToArray());
        Assert.Equal("two\n", await tail.NextAsync(default));
        Assert.Equal("three\n", tail.Rest());
    }

    [Fact]
    public async Task Next_CharacterCutInTwo_IsPutTogether()
    {
        var tail = new LogTail(_blobs, Path);
        var bytes = Encoding.UTF8.GetBytes("né\n");

        await AppendAsync(bytes[..2]);
        Assert.Equal("", await tail.NextAsync(default));
        await AppendAsync(bytes[2..]);

        Assert.Equal("né\n", await tail.NextAsync(default));
        Assert.Equal("", tail.Rest());
    }

    private async Task AppendAsync(byte[] bytes) => Assert.NotNull(await _blobs.AppendAsync(Path, await _blobs.GetLengthAsync(Path) ?? 0, bytes));
}
