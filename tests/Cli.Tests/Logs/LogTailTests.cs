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
        var tail = Tail();
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
        var tail = Tail();
        var bytes = Encoding.UTF8.GetBytes("né\n");

        await AppendAsync(bytes[..2]);
        Assert.Equal("", await tail.NextAsync(default));
        await AppendAsync(bytes[2..]);

        Assert.Equal("né\n", await tail.NextAsync(default));
        Assert.Equal("", tail.Rest());
    }

    [Fact]
    public async Task Next_ServerThatGivesSoMuchAtOnce_IsAskedForTheRest()
    {
        var tail = new LogTail((offset, _) => Task.FromResult<Stream?>(new MemoryStream(Encoding.UTF8.GetBytes("one\ntwo\nthree\n")[(int)offset..Math.Min(14, (int)offset + 5)])));

        Assert.Equal("one\ntwo\nthree\n", await tail.NextAsync(default));
    }

    private LogTail Tail() => new((offset, cancellation) => _blobs.OpenReadAsync(Path, offset, cancellation));

    private async Task AppendAsync(byte[] bytes) => Assert.NotNull(await _blobs.AppendAsync(Path, await _blobs.GetLengthAsync(Path) ?? 0, bytes));
}
