namespace Updraft.EndToEnd;

/// <summary>What docs/write-an-operator.md has a DAG's project refer to lies beside the program.</summary>
public sealed class PackageAssembliesTests
{
    [Theory]
    [InlineData("Updraft.Dags")]
    [InlineData("Updraft.Orchestration")]
    [InlineData("Updraft.Operators")]
    [InlineData("Microsoft.Extensions.Logging.Abstractions")]
    public void Assembly_ThatPackagesAreBuiltAgainst_LiesBesideTheProgram(string name)
    {
        Assert.Contains($"$(UpdraftAssemblies)/{name}.dll", File.ReadAllText(Repository.PathOf("docs", "write-an-operator.md")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Updraft.Program)!, $"{name}.dll")), $"{name}.dll is not there");
    }
}
