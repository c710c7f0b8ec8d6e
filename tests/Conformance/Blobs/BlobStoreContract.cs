using System.Text;
using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>What every <see cref="IBlobStore"/> does.</summary>
public abstract class BlobStoreContract : IAsyncLifetime
{
    private IBlobStore _store = null!;

    protected abstract Task<IBlobStore> OpenAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public abstract Task DisposeAsync();

    [ContractFact]
    public async Task OpenReadAsync_NothingThere_IsNull()
    {
        Assert.Null(await _store.OpenReadAsync("a/b/"));
        Assert.Null(await _store.GetLengthAsync("a/b/"));
    }

    [ContractFact]
    public async Task WriteAsync_Then_ReadReturnsIt()
    {
        await WriteAsync("a/b/", "hello");
        Assert.Equal("hello", await ReadAsync("a/b/"));
        Assert.Equal("llo", await ReadAsync("a/b/", 2));
        Assert.Equal(5, await _store.GetLengthAsync("a/b/"));
    }

    [ContractFact]
    public async Task WriteAsync_Again_Replaces()
    {
        await WriteAsync("a/", "a long text");
        await WriteAsync("a/", "short");
        Assert.Equal("short", await ReadAsync("a/"));
    }

    [ContractFact]
    public async Task WriteAsync_ContentThrows_LeavesWhatWasThere()
    {
        await WriteAsync("a/", "before");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync("a/", new BrokenStream()));
        Assert.Equal("before", await ReadAsync("a/"));
    }

    [ContractFact]
    public async Task AppendAsync_AtItsEnd_Grows()
    {
        Assert.Equal(3, await AppendAsync("log/", 0, "one"));
        Assert.Equal(6, await AppendAsync("log/", 3, "two"));
        Assert.Equal("onetwo", await ReadAsync("log/"));
    }

    [ContractFact]
    public async Task AppendAsync_NotAtItsEnd_IsRefused()
    {
        await AppendAsync("log/", 0, "one");
        Assert.Null(await AppendAsync("log/", 0, "two"));
        Assert.Null(await AppendAsync("log/", 5, "two"));
        Assert.Equal("one", await ReadAsync("log/"));
    }

    [ContractFact]
    public async Task AppendAsync_AgainAfterItsAnswerWasLost_IsOneAppend()
    {
        await AppendAsync("log/", 0, "one");
        await AppendAsync("log/", 3, "two");
        Assert.Equal(6, await AppendAsync("log/", 3, "two"));
        Assert.Null(await AppendAsync("log/", 3, "tw0"));
        Assert.Null(await AppendAsync("log/", 3, "two and more"));
        await AppendAsync("log/", 6, "three");
        Assert.Equal(6, await AppendAsync("log/", 3, "two"));
        Assert.Null(await AppendAsync("log/", 3, ""));
        Assert.Equal("onetwothree", await ReadAsync("log/"));
    }

    [ContractFact]
    public async Task AppendAsync_TwoAtOnce_OneWins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => AppendAsync("log/", 0, $"{n:D2}"))));
        Assert.Single(answers, answer => answer is not null);
        Assert.Equal(2, await _store.GetLengthAsync("log/"));
    }

    [ContractFact]
    public async Task ListAsync_Prefix_IsInByteOrder()
    {
        foreach (var path in new[] { "r/b/", "r/a/x/", "r/a-b/", "r/a/", "s/", "r/B/" }) await WriteAsync(path, path);
        Assert.Equal(["r/B/", "r/a-b/", "r/a/", "r/a/x/", "r/b/"], await ListAsync("r/"));
        Assert.Equal(["r/a-b/", "r/a/", "r/a/x/"], await ListAsync("r/a"));
        Assert.Equal(["r/a/", "r/a/x/"], await ListAsync("r/a/"));
    }

    [ContractFact]
    public async Task DeleteAsync_Prefix_RemovesAllBelowAndNothingElse()
    {
        foreach (var path in new[] { "r/a/", "r/a/x/", "r/a/x/y/", "r/ab/" }) await WriteAsync(path, path);
        await _store.DeleteAsync("r/a/");
        Assert.Equal(["r/ab/"], await ListAsync("r/"));
        await WriteAsync("r/a/x/", "again");
        Assert.Equal("again", await ReadAsync("r/a/x/"));
    }

    [ContractFact]
    public async Task WriteAsync_HostileNames_AreKeptApart()
    {
        var names = new[] { "..", ".", "a/b", "é\u202e", new string('x', 200), new string('\u20ac', 200), new string('\u20ac', 199) + "!", "~", "@", "con", "%2e%2e", "a\0b", "a\nb" };
        foreach (var name in names) await WriteAsync(DocumentPath.Of("h", name), name);
        foreach (var name in names) Assert.Equal(name, await ReadAsync(DocumentPath.Of("h", name)));
        Assert.Equal(names.Select(name => DocumentPath.Of("h", name)).Order(StringComparer.Ordinal), await ListAsync("h/"));
    }

    [ContractTheory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a/")]
    [InlineData("../a/")]
    [InlineData("a//b/")]
    [InlineData("a b/")]
    public async Task WriteAsync_NoPath_IsRefused(string path) => await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(path, "x"));

    private Task WriteAsync(string path, string text) => _store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private Task<long?> AppendAsync(string path, long offset, string text) => _store.AppendAsync(path, offset, Encoding.UTF8.GetBytes(text));

    private async Task<string> ReadAsync(string path, long offset = 0)
    {
        await using var stream = await _store.OpenReadAsync(path, offset);
        using var reader = new StreamReader(stream!);
        return await reader.ReadToEndAsync();
    }

    private async Task<List<string>> ListAsync(string prefix)
    {
        var found = new List<string>();
        await foreach (var path in _store.ListAsync(prefix)) found.Add(path);
        return found;
    }

    /// <summary>Gives a byte, and then fails, however it is read.</summary>
    private sealed class BrokenStream : Stream
    {
        private bool _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_read) throw new InvalidOperationException("broken");
            _read = true;
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
