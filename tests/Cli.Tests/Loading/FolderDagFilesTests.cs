namespace Updraft.Cli.Tests;

public sealed class FolderDagFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("updraft-files-").FullName;

    private string Folder => Path.Combine(_root, "dag");

    public FolderDagFilesTests()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "in.txt"), "in");
        File.WriteAllText(Path.Combine(_root, "out.txt"), "out");
        Directory.CreateDirectory(Path.Combine(_root, "dagger"));
        File.WriteAllText(Path.Combine(_root, "dagger", "out.txt"), "out");
        File.CreateSymbolicLink(Path.Combine(Folder, "link.txt"), Path.Combine(_root, "out.txt"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Open_FileOfTheFolder_IsOpened()
    {
        using var file = new FolderDagFiles(Folder).Open("in.txt");

        Assert.NotNull(file);
    }

    [Theory]
    [InlineData("none.txt")]
    [InlineData("../out.txt")]
    [InlineData("../dagger/out.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("link.txt")]
    public void Open_WhatIsNotInTheFolder_IsNotThere(string path) => Assert.Null(new FolderDagFiles(Folder).Open(path));
}
