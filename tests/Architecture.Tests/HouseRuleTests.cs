using System.Text.RegularExpressions;

namespace Updraft.Architecture.Tests;

public sealed partial class HouseRuleTests
{
    private const int LongestFile = 350;

    private static IReadOnlyList<string> Sources => [.. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs"), .. Repository.Files("examples", "*.cs")];

    [Fact]
    public void Files_AreOneIdea() =>
        Assert.Empty(Sources.Select(file => (file, Lines: Repository.Read(file).Count(c => c == '\n'))).Where(file => file.Lines > LongestFile));

    [Fact]
    public void Types_AreNamedForWhatTheyAre() =>
        Assert.Empty(Sources.SelectMany(file => VagueName().Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")));

    [Fact]
    public void Tests_NeverSleep() =>
        Assert.Empty(Repository.Files("tests", "*.cs").Where(file => Sleep().IsMatch(Repository.Read(file)) && !file.EndsWith("/HouseRuleTests.cs", StringComparison.Ordinal)));

    [Fact]
    public void Work_IsFinished() =>
        Assert.Empty(Sources.Where(file => Unfinished().IsMatch(Repository.Read(file)) && !file.EndsWith("/HouseRuleTests.cs", StringComparison.Ordinal)));

    [Fact]
    public void Projects_AreInTheSolution()
    {
        var solution = Repository.Read("Functions.sln").Replace('\\', '/');

        Assert.Empty(new[] { "src", "tests", "examples", "bench" }
            .Where(folder => Directory.Exists(Repository.PathOf(folder)))
            .SelectMany(folder => Repository.Files(folder, "*.csproj"))
            // Samples are built by tests, as authors' projects are.
            .Where(project => !project.Contains("/Samples/", StringComparison.Ordinal) && !solution.Contains($"\"{project}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void SourceProjects_HaveTests() =>
        Assert.Empty(Repository.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension)
            .Where(name => name != "Testing" && !File.Exists(Repository.PathOf("tests", $"{name}.Tests", $"{name}.Tests.csproj"))));

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+(\w*(Manager|Helper|Helpers|Util|Utils|Utility|Common)|\w+Base)\b")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(\s*(\d+|TimeSpan\.From\w+\([^()]*\))\s*\)")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|NotImplementedException|\(Skip\s*=")]
    private static partial Regex Unfinished();
}
