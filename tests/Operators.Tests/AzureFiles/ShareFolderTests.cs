using System.Text;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>Files that go to a share of Azure Files and come from there.</summary>
public sealed class ShareFolderTests : IAsyncLifetime, IDisposable
{
    private readonly string _local = Directory.CreateTempSubdirectory("updraft-share-").FullName;
    private readonly EagerTime _time = new();
    private FakeFileService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeFileService.StartAsync();
        _service.Shares.MakeFolder("share");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => Directory.Delete(_local, recursive: true);

    [Theory]
    [InlineData("key")]
    [InlineData("token")]
    [InlineData("azure")]
    public async Task Copy_ThereAndBack_KeepsAll(string signIn)
    {
        var large = new byte[AzureFiles.RangeSize + 1];
        new Random(5).NextBytes(large);
        var files = new Dictionary<string, byte[]>
        {
            ["large.bin"] = large, ["exact.bin"] = large[1..], ["empty"] = [], ["a b+c%20&d#é.txt"] = "odd"u8.ToArray(), ["dots.."] = "d"u8.ToArray(), ["inner/deep/er/one"] = [1], ["inner/two"] = [2], ["inner/three"] = [3],
        };
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_local, "from", name))!);
            await File.WriteAllBytesAsync(Path.Combine(_local, "from", name), content);
        }
        Directory.CreateDirectory(Path.Combine(_local, "from", "none"));
        var folder = Folder("share", signIn);

        await new AzureFiles(Client(signIn)).CreateFolderAsync("share/copy", default);
        await Folder("share/copy", signIn).UploadAsync(Path.Combine(_local, "from"), default);
        Assert.True(await folder.DownloadAsync("copy", Path.Combine(_local, "to"), default));

        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), Files("to"));
        foreach (var (name, content) in files) Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(_local, "to", name)));
        Assert.True(Directory.Exists(Path.Combine(_local, "to", "none")));
        Assert.Equal(2, _service.Calls.Count(call => call == "PUT /share/copy/large.bin range"));
        Assert.Equal(1, _service.Calls.Count(call => call == "PUT /share/copy/exact.bin range"));
        Assert.Equal(0, _service.Calls.Count(call => call == "PUT /share/copy/empty range"));
        await folder.ClearAsync(default);
        Assert.Equal(["share/"], _service.Shares.Paths);
    }

    [Fact]
    public async Task Download_OfWhatIsNotThere_SaysSo()
    {
        Assert.False(await Folder("share").DownloadAsync("copy", Path.Combine(_local, "to"), default));
        Assert.False(await Folder("other/below").DownloadAsync("copy", Path.Combine(_local, "to"), default));
        Assert.Null(await Folder("share").ReadTextAsync("none", 10, () => new InvalidOperationException(), default));
        Assert.False(Directory.Exists(Path.Combine(_local, "to")));
    }

    [Fact]
    public async Task Copy_WithPassingFaults_IsTriedAgainPartByPart()
    {
        await File.WriteAllBytesAsync(Path.Combine(_local, "x"), new byte[AzureFiles.RangeSize + 3]);
        _service.Fail("PUT /share/x range", 503, "ServerBusy", retryAfter: 7).Fail("PUT /share/x range", 500, "OperationTimedOut").Break("PUT /share/x range", half: false)
            .Break("GET /share/x", half: true).Break("GET /share list", half: true).Fail("HEAD /share/x", 429, "TooManyRequests", retryAfter: 2);

        await Folder("share").UploadAsync(_local, default);
        _service.Shares.MakeFolder("top");
        Assert.NotNull(await Folder("share").ReadTextAsync("x", AzureFiles.RangeSize * 2, () => new InvalidOperationException(), default));
        await Folder("share").ClearAsync(default);

        Assert.Equal([7, 2, 4, 2, 1, 1], _time.Waits.Select(wait => (int)wait.TotalSeconds));
        Assert.Single(_service.Calls, call => call == "PUT /share/x");
    }

    [Theory]
    [InlineData(503, "ServerBusy", 60)]
    [InlineData(409, "SharingViolation", null)]
    [InlineData(500, "InternalError", null)]
    public async Task Call_ThatDoesNotGetThrough_IsForTheTasksOwnRetries(int status, string code, int? retryAfter)
    {
        for (var i = 0; i < 4; i++) _service.Fail("GET /share list", status, code, retryAfter);

        var failed = await Assert.ThrowsAsync<ServiceException>(() => Folder("share").ClearAsync(default));

        Assert.Contains($"GET {_service.Url}share answered {status} {code}", failed.Message, StringComparison.Ordinal);
        Assert.Equal(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, failed.RetryAfter);
        Assert.Equal(retryAfter is null ? 4 : 1, _service.Calls.Count);
    }

    [Fact]
    public async Task Read_OfAPartThatCameDamaged_IsNeverTakenForWhole()
    {
        _service.Shares.Write("share/x", "whole");
        for (var i = 0; i < 4; i++)
        {
            _service.Next("GET /share/x", async (context, shares) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.ContentMD5 = Convert.ToBase64String(new byte[16]);
                    return Task.CompletedTask;
                });
                await shares.HandleAsync(context);
            });
        }

        Assert.Contains("came damaged", (await Assert.ThrowsAsync<ServiceException>(() => ReadAsync("x"))).Message, StringComparison.Ordinal);
        Assert.Equal("whole", await ReadAsync("x"));
    }

    [Theory]
    [InlineData("bytes 0-3/4", "was written to")]
    [InlineData("bytes 1-4/5", "another part")]
    public async Task Read_OfAnotherPartOrLength_IsNeverTakenForWhole(string range, string said)
    {
        _service.Shares.Write("share/x", "whole");
        for (var i = 0; i < 4; i++)
        {
            _service.Next("GET /share/x", async (context, shares) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.ContentRange = range;
                    return Task.CompletedTask;
                });
                await shares.HandleAsync(context);
            });
        }

        Assert.Contains(said, (await Assert.ThrowsAsync<ServiceException>(() => ReadAsync("x"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadText_LongerThanAllowed_IsRefusedUnread()
    {
        _service.Shares.Write("share/x", "whole");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Folder("share").ReadTextAsync("x", 4, () => new InvalidOperationException(), default));

        Assert.Equal(["HEAD /share/x"], _service.Calls);
    }

    [Theory]
    [InlineData("key", "AuthenticationFailed", "the password of connection 'files' is no key of the account 'acc'")]
    [InlineData("key", "KeyBasedAuthenticationNotPermitted", "allow shared key access")]
    [InlineData("key", "AuthorizationFailure", "firewall")]
    [InlineData("token", "AuthenticationFailed", "is wrong or has expired")]
    [InlineData("azure", "AuthorizationPermissionMismatch", "needs the role Storage File Data Privileged Contributor")]
    public async Task Call_ThatIsRefused_SaysWhatIsMissing(string signIn, string code, string said)
    {
        _service.Fail("GET /share list", 403, code);

        var refused = await Assert.ThrowsAsync<ServiceRefusal>(() => Folder("share", signIn).ClearAsync(default));

        Assert.Equal(OperatorErrors.Refused, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeFileService.Key, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s1gnature", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithAWrongKey_IsRefused()
    {
        var folder = new ShareFolder(new AzureFiles(new FileServiceClient(_service.ByKey with { Password = Convert.ToBase64String("wrong"u8) }, "files", _time)), "share");

        Assert.Contains("403 AuthenticationFailed", (await Assert.ThrowsAsync<ServiceRefusal>(() => folder.ClearAsync(default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:b", null, "'a:b' cannot stand on a share")]
    [InlineData("Model", "model", "'Model' and 'model' are one name")]
    public async Task Upload_OfNamesThatAShareCannotHold_IsRefused(string name, string? other, string said)
    {
        await File.WriteAllTextAsync(Path.Combine(_local, name), "x");
        if (other is not null) await File.WriteAllTextAsync(Path.Combine(_local, other), "x");

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => Folder("share").UploadAsync(_local, default));

        Assert.Equal(OperatorErrors.ContainerUnsupported, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_service.Calls);
    }

    [Theory]
    [InlineData("<File><Name>..</Name></File>", "'..' on the share leads out")]
    [InlineData("<Directory><Name>a/b</Name></Directory>", "'a/b' on the share leads out")]
    [InlineData("<File><Name Encoded=\"true\">a%2Fb</Name></File>", "'a/b' on the share leads out")]
    [InlineData("<File><Name></Name></File>", "leads out")]
    [InlineData("<SymLink><Name>passwd</Name></SymLink>", "'passwd' is a SymLink")]
    public void Page_OfNamesThatLeadElsewhere_IsRefused(string entry, string said)
    {
        var refused = Assert.Throws<UpdraftException>(() => FilePage.Read(Encoding.UTF8.GetBytes($"<EnumerationResults><Entries>{entry}</Entries></EnumerationResults>")));

        Assert.Equal(ArtifactErrors.Refused, refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<EnumerationResults><Entries>")]
    [InlineData("<html></html>")]
    public void Page_ThatIsNone_MayPass(string content) => Assert.Throws<ServiceException>(() => FilePage.Read(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Page_NamesThatXmlCannotHold_AreDecoded() =>
        Assert.Equal("a\uFFFFb%".ToCharArray(), Assert.Single(FilePage.Read("<EnumerationResults><Entries><File><Name Encoded=\"true\">a%EF%BF%BFb%25</Name></File></Entries><NextMarker /></EnumerationResults>"u8.ToArray()).Files).ToCharArray());

    [Theory]
    [InlineData("up")]
    [InlineData("Up-draft")]
    [InlineData("up--draft")]
    [InlineData("-updraft")]
    public void Share_NameThatIsNone_IsRefused(string name) => Assert.Equal(OperatorErrors.Fields, Assert.Throws<UpdraftException>(() => ShareNames.Share(name)).Code);

    private ShareFolder Folder(string path, string signIn = "key") => new(new AzureFiles(Client(signIn)), path);

    private FileServiceClient Client(string signIn) => new(
        signIn switch
        {
            "token" => new Connection { Url = _service.Url, Token = "?" + FakeFileService.Signature },
            "azure" => new Connection { Url = _service.Url, Azure = "default" },
            _ => _service.ByKey,
        },
        "files", _time, (identity, scope, _) => Task.FromResult((identity, scope) == ("default", "https://storage.azure.com/.default") ? FakeFileService.AzureToken : "wrong"));

    private async Task<string?> ReadAsync(string name) => await Folder("share").ReadTextAsync(name, 100, () => new InvalidOperationException(), default);

    private IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(_local, folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(_local, folder), file)).Order(StringComparer.Ordinal);
}
