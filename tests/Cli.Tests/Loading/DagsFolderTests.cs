using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class DagsFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("updraft-dags-").FullName;

    public DagsFolderTests()
    {
        foreach (var file in (string[])["b.yaml", "a.yml", "notes.txt", ".hidden.yaml", "folder/dag.yaml", "code/Some.csproj", "other/data.csv", ".git/dag.yaml"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(In(file))!);
            File.WriteAllText(In(file), "");
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Entries_Folder_AreItsDagFoldersAndYamlFiles() =>
        Assert.Equal([In("a.yml"), In("b.yaml"), In("code"), In("folder")], DagsFolder.Of(_root).Entries());

    [Fact]
    public void Entries_FolderOfOneDag_AreItself() => Assert.Equal([In("folder")], DagsFolder.Of(In("folder")).Entries());

    [Theory]
    [InlineData("b.yaml", "b.yaml")]
    [InlineData("gone.yaml", "gone.yaml")]
    [InlineData("code/Deep/Task.cs", "code")]
    [InlineData("folder", "folder")]
    [InlineData("code/bin/Some.dll", null)]
    [InlineData("code/obj/x.json", null)]
    [InlineData("folder/.updraft/updraft.db", null)]
    [InlineData("notes.txt", null)]
    public void EntryOf_Change_IsWhatIsPublishedAgain(string changed, string? entry) => Assert.Equal(entry is null ? null : In(entry), DagsFolder.Of(_root).EntryOf(In(changed)));

    [Fact]
    public void EntryOf_ElsewhereChanged_IsNone() => Assert.Null(DagsFolder.Of(In("folder")).EntryOf(In("folder2/dag.yaml")));

    [Fact]
    public void Of_NoFolder_IsRefused() => Assert.Equal(CliErrors.NoDag, Assert.Throws<UpdraftException>(() => DagsFolder.Of(In("none"))).Code);

    private string In(string path) => Path.Combine(_root, path);
}
