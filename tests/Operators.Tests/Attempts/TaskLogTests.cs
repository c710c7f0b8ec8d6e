using System.Text;

namespace Updraft.Operators.Tests;

public sealed class TaskLogTests
{
    private const string Path = "logs/r/t/task/1.log";
    private readonly MemoryBlobs _blobs = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Write_ManyLines_AppendsOnceASecond()
    {
        await using var log = Log();

        for (var i = 0; i < 100; i++) log.WriteLine("x");
        Assert.Equal(0, _blobs.Appends);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _blobs.Appends);
        log.WriteLine("y");
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(1, _blobs.Appends);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _blobs.Appends);
    }

    [Fact]
    public async Task Write_256KB_AppendsAtOnce()
    {
        await using var log = Log();

        await log.WriteAsync(new byte[TaskLog.FlushAt - 1]);
        Assert.Equal(0, _blobs.Appends);
        await log.WriteAsync(new byte[1]);
        Assert.Equal(1, _blobs.Appends);
    }

    [Fact]
    public async Task Dispose_WithoutALine_LeavesNoBlob()
    {
        await Log().DisposeAsync();

        Assert.Empty(_blobs.Paths);
    }

    [Fact]
    public async Task Dispose_AppendsWhatIsLeft()
    {
        var log = Log();
        log.WriteLine("last words");
        await log.DisposeAsync();

        Assert.Equal("last words\n", _blobs.TextOf(Path));
    }

    [Fact]
    public async Task Append_Fails_IsTriedAgain()
    {
        _blobs.FailAppends = 1;
        var log = Log();
        log.WriteLine("one");
        _time.Advance(TimeSpan.FromSeconds(1));
        log.WriteLine("two");
        _time.Advance(TimeSpan.FromSeconds(1));
        await log.DisposeAsync();

        Assert.Equal("one\ntwo\n", _blobs.TextOf(Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Append_AnswerLost_RepeatsNothing(int lost)
    {
        _blobs.LoseAnswers = lost;
        var log = Log();
        log.WriteLine("one");
        _time.Advance(TimeSpan.FromSeconds(1));
        log.WriteLine("two");
        if (lost > 1) _time.Advance(TimeSpan.FromSeconds(1));
        log.WriteLine("three");
        await log.DisposeAsync();

        Assert.Equal("one\ntwo\nthree\n", _blobs.TextOf(Path));
    }

    [Fact]
    public async Task Append_FailsForGood_DoesNotThrow()
    {
        _blobs.FailAppends = int.MaxValue;
        var log = Log();
        log.WriteLine("lost");

        await log.DisposeAsync();

        Assert.Equal("", _blobs.TextOf(Path));
    }

    [Fact]
    public async Task Append_AfterACrash_GoesOnBehindWhatIsThere()
    {
        _blobs.Set(Path, "before the crash\n");
        await using (var log = Log()) log.WriteLine("after");

        Assert.Equal("before the crash\nafter\n", _blobs.TextOf(Path));
    }

    [Fact]
    public async Task Append_AnotherWriterCameBetween_KeepsBoth()
    {
        await using (var log = Log())
        {
            log.WriteLine("mine");
            _time.Advance(TimeSpan.FromSeconds(1));
            _blobs.Set(Path, _blobs.TextOf(Path) + "theirs\n");
            log.WriteLine("mine too");
        }

        Assert.Equal("mine\ntheirs\nmine too\n", _blobs.TextOf(Path));
    }

    [Fact]
    public async Task Write_OverTheLimit_IsCutAndSaysSo()
    {
        await using (var log = Log(limit: 10))
        {
            log.WriteLine("12345678");
            log.WriteLine("abc");
            log.WriteLine("more");
        }

        Assert.Equal("12345678\na\n[8 more bytes are not kept: a log holds 10 bytes at most]\n", _blobs.TextOf(Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Write_SecretSplitOverAppends_IsReplaced(int chunk)
    {
        var text = Encoding.UTF8.GetBytes("a pass, a password, a passw");
        await using (var log = Log(new Redactor(["password", "pas"])))
        {
            foreach (var part in text.Chunk(chunk))
            {
                await log.WriteAsync(part);
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal("a ***s, a ***, a ***sw", _blobs.TextOf(Path));
    }

    private TaskLog Log(Redactor? redactor = null, long limit = 1 << 20)
    {
        var services = new AttemptServices
        {
            Host = new FakeAttemptHost(), Blobs = _blobs, Inputs = null!, Specs = null!, Operators = OperatorCatalog.Empty, Packages = null!, Time = _time, MaxLogBytes = limit,
        };
        return new TaskLog(services, Path, () => redactor ?? Redactor.None);
    }
}
