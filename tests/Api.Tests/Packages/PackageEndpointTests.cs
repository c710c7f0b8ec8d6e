using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class PackageEndpointTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-package-");
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        _server.Someone = Somebody.With(Role.Author);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "files", "sql"));
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "package.json"), JsonSerializer.SerializeToUtf8Bytes(new PackageDescription(), OrchestrationJson.Options));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "files", "sql", "load.sql"), "select 1");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "files", "run.sh"), "echo hello");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_folder.FullName, "files", "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Put_PackageOfAnotherMachine_IsStoredOnceAndCanBePublished()
    {
        var hash = await HashAsync();
        Assert.Equal(ApiErrors.NoPackage, (await _server.RefusedAsync(HttpMethod.Post, "dags", Publishing(hash))).Code);

        Assert.Equal(HttpStatusCode.Created, await PutAsync(hash, await ZipAsync()));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(hash, await ZipAsync()));

        Assert.Empty((await _server.SendAsync<PackageDescription>(HttpMethod.Get, $"packages/{hash}")).Dags);
        using (var head = await _server.SendAsync(HttpMethod.Head, $"packages/{hash}")) Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("plain", (await _server.SendAsync<PublishAnswer>(HttpMethod.Post, "dags", Publishing(hash))).Name);
        var files = (await _server.Services.Packages.GetAsync(hash)).Files;
        Assert.Equal("select 1", await File.ReadAllTextAsync(Path.Combine(files, "sql", "load.sql")));
        if (!OperatingSystem.IsWindows()) Assert.True((File.GetUnixFileMode(Path.Combine(files, "run.sh")) & UnixFileMode.UserExecute) != 0);
    }

    [Fact]
    public async Task Put_OtherContentThanItsHash_IsRefusedAndLeavesNothing()
    {
        var other = new string('0', 64);

        var problem = await RefusedAsync(other, await ZipAsync());

        Assert.Equal((422, OperatorErrors.Package), (problem.Status, problem.Code));
        Assert.Contains(await HashAsync(), problem.Detail, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await _server.SendAsync(HttpMethod.Head, $"packages/{other}")).StatusCode);
        Assert.Empty(Left());
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("files/../../escaped")]
    [InlineData("/etc/escaped")]
    [InlineData("files//escaped")]
    [InlineData("files\\..\\escaped")]
    [InlineData("files/a\r\nb")]
    [InlineData("files/\0")]
    [InlineData("files/")]
    [InlineData("elsewhere/escaped")]
    [InlineData("C:/escaped")]
    public async Task Put_NameThatLeadsOut_IsRefused(string name)
    {
        var problem = await RefusedAsync(new string('0', 64), Zip(zip => Add(zip, name)));

        Assert.Equal((422, OperatorErrors.Package), (problem.Status, problem.Code));
        Assert.DoesNotContain(problem.Detail, char.IsControl);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task Put_Link_IsRefused() =>
        Assert.Contains("link", (await RefusedAsync(new string('0', 64), Zip(zip => Add(zip, "files/link", attributes: unchecked((int)(0xA1FFu << 16)))))).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Put_SameNameTwice_IsRefused() =>
        Assert.Contains("twice", (await RefusedAsync(new string('0', 64), Zip(zip => { Add(zip, "files/a"); Add(zip, "files/a"); }))).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Put_FileThatIsAFolderToo_IsRefused() =>
        Assert.Contains("folder", (await RefusedAsync(new string('0', 64), Zip(zip => { Add(zip, "files/a/b"); Add(zip, "files/a"); }))).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Put_Bomb_IsRefusedBeforeItFillsTheDisk()
    {
        var bomb = Zip(zip =>
        {
            using var content = zip.CreateEntry("files/zeros", CompressionLevel.Fastest).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i <= FolderFiles.MaxBytes >> 20; i++) content.Write(zeros);
        });

        var problem = await RefusedAsync(new string('0', 64), bomb);

        Assert.Equal((413, OperatorErrors.PackageSize), (problem.Status, problem.Code));
        Assert.Empty(Left());
    }

    [Fact]
    public async Task Put_MoreFilesThanAllowed_IsRefused() =>
        Assert.Equal(413, (await RefusedAsync(new string('0', 64), Zip(zip =>
        {
            for (var i = 0; i <= FolderFiles.MaxFiles; i++) zip.CreateEntry($"files/{i}");
        }))).Status);

    [Theory]
    [InlineData("")]
    [InlineData("not a zip archive at all, however long it may be")]
    [InlineData("PK\u0005\u0006and then nothing of what should follow here")]
    public async Task Put_NoArchive_IsRefused(string text) => Assert.Equal(422, (await RefusedAsync(new string('0', 64), Encoding.UTF8.GetBytes(text))).Status);

    [Fact]
    public async Task Put_AsOperator_IsForbidden()
    {
        _server.Someone = Somebody.With(Role.Operator);

        Assert.Equal(ApiErrors.Forbidden, (await RefusedAsync(await HashAsync(), await ZipAsync())).Code);
    }

    [Fact]
    public async Task Get_NoHash_IsRefused() => Assert.Equal(OperatorErrors.Package, (await _server.RefusedAsync(HttpMethod.Get, "packages/..%2F..%2Fetc")).Code);

    private static PublishRequest Publishing(string package) => new()
    {
        Spec = JsonSerializer.Deserialize<JsonElement>(DagJson.Serialize(ApiTestServer.Yaml("{name: plain, tasks: {one: {step: {}}}}"))),
        Operators = [],
        Package = package,
    };

    private Task<string> HashAsync() => FolderFiles.Of(_folder.FullName).HashAsync("", CancellationToken.None);

    private async Task<byte[]> ZipAsync()
    {
        using var zip = new MemoryStream();
        await PackageZip.WriteAsync(_folder.FullName, zip);
        return zip.ToArray();
    }

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) fill(zip);
        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, int attributes = 0)
    {
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = attributes;
        using var content = entry.Open();
        content.Write("x"u8);
    }

    private async Task<HttpStatusCode> PutAsync(string hash, byte[] zip)
    {
        using var answer = await _server.Http.PutAsync($"{UpdraftApi.Prefix}/packages/{hash}", Content(zip));
        return answer.StatusCode;
    }

    private async Task<Problem> RefusedAsync(string hash, byte[] zip)
    {
        using var answer = await _server.Http.PutAsync($"{UpdraftApi.Prefix}/packages/{hash}", Content(zip));
        Assert.False(answer.IsSuccessStatusCode);
        return JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!;
    }

    private static ByteArrayContent Content(byte[] zip) => new(zip) { Headers = { { "Content-Type", PackageZip.MediaType } } };

    private IEnumerable<string> Left()
    {
        var packages = Path.Combine(_server.Engine.Embedded.Options.DataFolder, "packages");
        return Directory.Exists(packages) ? Directory.EnumerateFileSystemEntries(packages) : [];
    }
}
