using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class ServerAddressTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("nowhere")]
    [InlineData("http://x/api")]
    [InlineData("http://me:secret@x")]
    public void Read_WhatIsNoServer_IsRefused(string text) => Assert.Equal(CliErrors.Server, Assert.Throws<UpdraftException>(() => ServerAddress.Read(text, null)).Code);

    [Fact]
    public void Read_ServerAndFolder_AreRefused() => Assert.Equal(CliErrors.Server, Assert.Throws<UpdraftException>(() => ServerAddress.Read("http://x", "/data")).Code);

    [Fact]
    public void Read_Folder_IsNoServer() => Assert.Null(ServerAddress.Read(null, "/data"));

    [Fact]
    public void ReadKey_FileThatOthersCanRead_IsRefused()
    {
        File.WriteAllText(_file, "updraft_key\n");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refused = Assert.Throws<UpdraftException>(() => ServerAddress.ReadKey(_file));
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(CliErrors.KeyFile, refused.Code);
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
        Assert.Equal("updraft_key", ServerAddress.ReadKey(_file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public void ReadKey_FileWithoutAKey_IsRefusedWithoutShowingIt(string content)
    {
        File.WriteAllText(_file, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var refused = Assert.Throws<UpdraftException>(() => ServerAddress.ReadKey(_file));

        Assert.Equal(CliErrors.KeyFile, refused.Code);
        Assert.DoesNotContain("two", refused.Message, StringComparison.Ordinal);
    }
}
