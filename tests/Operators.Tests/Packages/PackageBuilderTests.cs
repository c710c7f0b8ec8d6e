using Updraft.Cli;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

public sealed class PackageBuilderTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
          <ItemGroup>
            <Reference Include="$(UpdraftAssemblies)/Updraft.Dags.dll" Private="false" />
            <Reference Include="$(UpdraftAssemblies)/Updraft.Operators.dll" Private="false" />
          </ItemGroup>
        </Project>
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("updraft-tests-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Data => Path.Combine(_root, "data");

    private PackageBuilder Builder => new(Data);

    [Fact]
    public async Task Build_FolderWithoutCode_IsAPackageOfFiles()
    {
        var folder = Folder(("dag.yaml", "name: x"), ("scripts/run.py", "print()"), (".git/config", "secret"), ("__pycache__/x.pyc", "x"), ("env/pyvenv.cfg", "x"), ("env/bin/python", "x"));

        var built = await Builder.BuildAsync(folder);

        var package = await Open(built);
        Assert.Null(built.Description.Assembly);
        Assert.Equal(["dag.yaml", "scripts/run.py"], Directory.EnumerateFiles(package.Files, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(package.Files, file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Build_OneByteChanges_IsAnotherPackage()
    {
        var folder = Folder(("run.py", "print(1)"));
        var first = await Builder.BuildAsync(folder);

        File.WriteAllText(Path.Combine(folder, "run.py"), "print(2)");
        var second = await Builder.BuildAsync(folder);

        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal("print(1)", File.ReadAllText(Path.Combine((await Open(first)).Files, "run.py")));
    }

    [Fact]
    public async Task Build_CodeDoesNotCompile_ShowsTheCompilersLines()
    {
        var folder = Folder(("Bad.csproj", Project), ("Bad.cs", "class Bad { int x = \"no\"; }"), ("../Directory.Build.props", "<Project><NotEvenValid"));

        var failure = await Assert.ThrowsAsync<UpdraftException>(() => Builder.BuildAsync(folder));

        Assert.Equal(OperatorErrors.PackageBuild, failure.Code);
        Assert.Contains($"{Path.Combine(folder, "Bad.cs")}(1,21): error CS0029", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Data, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Data, "builds")));
    }

    [Fact]
    public async Task Build_DagThrows_SaysWhichAndWhy()
    {
        var folder = Folder(("Dags.csproj", Project), ("Dag.cs", """
            public sealed class Broken : Updraft.Dags.IDagSource
            {
                public Updraft.Dags.DagSpec Define() { Console.WriteLine("noise"); throw new InvalidOperationException("no luck"); }
            }
            """));

        var failure = await Assert.ThrowsAsync<UpdraftException>(() => Builder.BuildAsync(folder));

        Assert.Equal(OperatorErrors.PackageInspection, failure.Code);
        Assert.Contains("Broken defines no DAG: InvalidOperationException: no luck", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_SeveralProjects_IsRefused()
    {
        var folder = Folder(("A.csproj", Project), ("B.csproj", Project));

        var failure = await Assert.ThrowsAsync<UpdraftException>(() => Builder.BuildAsync(folder));

        Assert.Contains("A.csproj, B.csproj", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_FolderTooLarge_NamesTheLargestFile()
    {
        var folder = Folder(("small", "x"));
        await using (var large = File.Create(Path.Combine(folder, "data.bin"))) large.SetLength(257L << 20);

        var failure = await Assert.ThrowsAsync<UpdraftException>(() => Builder.BuildAsync(folder));

        Assert.Equal(OperatorErrors.PackageSize, failure.Code);
        Assert.Contains("data.bin", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Data, "packages")));
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("0123")]
    public async Task Get_NoHash_IsRefused(string hash)
    {
        var failure = await Assert.ThrowsAsync<UpdraftException>(() => new PackageFolders(Data).GetAsync(hash));

        Assert.Equal(OperatorErrors.Package, failure.Code);
    }

    [Fact]
    public async Task Get_UnknownHash_SaysSo()
    {
        var failure = await Assert.ThrowsAsync<UpdraftException>(() => new PackageFolders(Data).GetAsync(new string('a', 64)));

        Assert.Contains("publish the DAG again", failure.Message, StringComparison.Ordinal);
    }

    private Task<DagPackage> Open(BuiltPackage built) => new PackageFolders(PackageBuilder.PackagesOf(Data)).GetAsync(built.Hash);

    private string Folder(params (string Path, string Content)[] files)
    {
        var folder = Path.Combine(_root, "dag");
        foreach (var (path, content) in files)
        {
            var file = Path.GetFullPath(Path.Combine(folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
        return folder;
    }
}
