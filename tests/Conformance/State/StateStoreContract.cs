using System.Text;
using Updraft.Orchestration;

namespace Updraft.Conformance;

/// <summary>What every <see cref="IStateStore"/> does.</summary>
public abstract class StateStoreContract : IAsyncLifetime
{
    private IStateStore _store = null!;

    protected abstract Task<IStateStore> OpenAsync();

    public async Task InitializeAsync() => _store = await OpenAsync();

    public abstract Task DisposeAsync();

    [ContractFact]
    public async Task GetAsync_NothingThere_IsNull() => Assert.Null(await _store.GetAsync("a/b/"));

    [ContractFact]
    public async Task PutAsync_Then_GetReturnsIt()
    {
        var etag = await _store.PutAsync("a/b/", Write("""{"x":1}"""));
        var found = await _store.GetAsync("a/b/");
        Assert.Equal("""{"x":1}""", Text(found));
        Assert.Equal(etag, found!.ETag);
    }

    [ContractFact]
    public async Task PutAsync_Again_ReplacesAndChangesTheETag()
    {
        var first = await _store.PutAsync("a/", Write("1"));
        var second = await _store.PutAsync("a/", Write("2"));
        Assert.NotEqual(first, second);
        Assert.Equal("2", Text(await _store.GetAsync("a/")));
    }

    [ContractFact]
    public async Task PutAsync_IfAbsent_OnlyTheFirstWins()
    {
        Assert.NotNull(await _store.PutAsync("a/", Write("1") with { If = WriteCondition.IfAbsent }));
        Assert.Null(await _store.PutAsync("a/", Write("2") with { If = WriteCondition.IfAbsent }));
        Assert.Equal("1", Text(await _store.GetAsync("a/")));
    }

    [ContractFact]
    public async Task PutAsync_IfMatch_RefusesAnOldETag()
    {
        var first = (await _store.PutAsync("a/", Write("1")))!;
        Assert.NotNull(await _store.PutAsync("a/", Write("2") with { If = WriteCondition.IfMatch(first) }));
        Assert.Null(await _store.PutAsync("a/", Write("3") with { If = WriteCondition.IfMatch(first) }));
        Assert.Equal("2", Text(await _store.GetAsync("a/")));
    }

    [ContractFact]
    public async Task PutAsync_IfMatchOfADeletedDocument_IsRefused()
    {
        var first = (await _store.PutAsync("a/", Write("1")))!;
        await _store.DeleteAsync("a/", null);
        Assert.Null(await _store.PutAsync("a/", Write("2") with { If = WriteCondition.IfMatch(first) }));
        await _store.PutAsync("a/", Write("3"));
        Assert.Null(await _store.PutAsync("a/", Write("4") with { If = WriteCondition.IfMatch(first) }));
    }

    [ContractFact]
    public async Task PutAsync_SameWriteIdAgain_IsAnsweredAsTheFirstTime()
    {
        var write = Write("1") with { If = WriteCondition.IfAbsent, WriteId = "w1" };
        var first = await _store.PutAsync("a/", write);
        Assert.NotNull(first);
        Assert.Equal(first, await _store.PutAsync("a/", write));
    }

    [ContractFact]
    public async Task PutAsync_ManyAtOnceIfAbsent_OneWins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => _store.PutAsync("a/", Write($"{n}") with { If = WriteCondition.IfAbsent }))));
        var winner = Assert.Single(answers.Index(), answer => answer.Item is not null);
        Assert.Equal($"{winner.Index}", Text(await _store.GetAsync("a/")));
    }

    [ContractFact]
    public async Task PutAsync_SummaryOverItsLimit_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.PutAsync("a/", Write("1") with { Summary = new string('x', DocumentWrite.MaxSummary + 1) }));

    [ContractFact]
    public async Task DeleteAsync_Document_IsGone()
    {
        await _store.PutAsync("a/", Write("1"));
        Assert.True(await _store.DeleteAsync("a/", null));
        Assert.Null(await _store.GetAsync("a/"));
        Assert.False(await _store.DeleteAsync("a/", null));
    }

    [ContractFact]
    public async Task DeleteAsync_OldETag_LeavesTheDocument()
    {
        var first = await _store.PutAsync("a/", Write("1"));
        await _store.PutAsync("a/", Write("2"));
        Assert.False(await _store.DeleteAsync("a/", first));
        Assert.NotNull(await _store.GetAsync("a/"));
    }

    [ContractFact]
    public async Task ListAsync_Prefix_IsInByteOrderWithSummaries()
    {
        foreach (var path in new[] { "r/b/", "r/a/x/", "r/a-b/", "r/a/", "s/", "r/%C3%A9/", "r/B/" }) await _store.PutAsync(path, Write("1") with { Summary = "of " + path });
        var found = await ListAsync("r/");
        Assert.Equal(["r/%C3%A9/", "r/B/", "r/a-b/", "r/a/", "r/a/x/", "r/b/"], found.Select(entry => entry.Path));
        Assert.All(found, entry => Assert.Equal("of " + entry.Path, entry.Summary));
    }

    [ContractFact]
    public async Task ListAsync_After_ContinuesBehindIt()
    {
        foreach (var n in Enumerable.Range(0, 5)) await _store.PutAsync($"r/{n}/", Write("1"));
        Assert.Equal(["r/3/", "r/4/"], (await ListAsync("r/", "r/2/")).Select(entry => entry.Path));
    }

    [ContractFact]
    public async Task ListAsync_ManyPages_ComesOnceEach()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_201).Select(n => _store.PutAsync($"r/{n:D5}/", Write("1"))));
        var found = await ListAsync("r/");
        Assert.Equal(Enumerable.Range(0, 1_201).Select(n => $"r/{n:D5}/"), found.Select(entry => entry.Path));
        Assert.Null(found[0].Summary);
    }

    [ContractTheory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a/")]
    public async Task GetAsync_NoPath_IsRefused(string path) => await Assert.ThrowsAsync<ArgumentException>(() => _store.GetAsync(path));

    private async Task<List<DocumentEntry>> ListAsync(string prefix, string? after = null)
    {
        var found = new List<DocumentEntry>();
        await foreach (var entry in _store.ListAsync(prefix, after)) found.Add(entry);
        return found;
    }

    private static DocumentWrite Write(string json) => new() { Content = Encoding.UTF8.GetBytes(json) };

    private static string? Text(Document? document) => document is null ? null : Encoding.UTF8.GetString(document.Content.Span);
}
