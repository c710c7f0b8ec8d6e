using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Updraft.Architecture.Tests;

/// <summary>Dependencies point as the table in <c>CONTRIBUTING.md</c> says, and nowhere else.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Dags"] = [],
        ["Orchestration"] = ["Dags"],
        ["Operators"] = ["Dags", "Orchestration"],
        ["Embedded"] = ["Orchestration"],
        ["Testing"] = ["Dags", "Orchestration", "Operators", "Embedded"],
        ["Api"] = ["Dags", "Orchestration", "Operators"],
        ["Azure"] = ["Orchestration"],
        ["FunctionApp"] = ["Dags", "Orchestration", "Operators", "Api", "Azure"],
        ["Cli"] = ["Dags", "Orchestration", "Operators", "Embedded", "Azure", "Api"],
    };

    // A package that reaches far is held where its work is done.
    private static readonly Dictionary<string, string[]> OnlyIn = new(StringComparer.Ordinal)
    {
        ["YamlDotNet"] = ["Dags"],
        ["NCrontab.Signed"] = ["Dags"],
        ["NodaTime"] = ["Dags"],
        ["Microsoft.Data.Sqlite.Core"] = ["Embedded"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["Embedded"],
        ["Microsoft.AspNetCore.OpenApi"] = ["Api"],
        ["OpenTelemetry"] = ["Api"],
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = ["Api"],
        ["System.CommandLine"] = ["Cli"],
        ["Spectre.Console"] = ["Cli"],
    };

    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreThoseOfTheTable(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);

        Assert.True(MayReference.TryGetValue(name, out var allowed), $"{project} is not in the table: add it there and in CONTRIBUTING.md");
        Assert.Empty(Repository.ReferencesOf(project).Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Packages_AreHeldWhereTheirWorkIsDone(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);

        Assert.Empty(Repository.PackagesOf(project).Where(package => OnlyIn.TryGetValue(package, out var homes) && !homes.Contains(name)));
    }

    [Fact]
    public void Assemblies_References_AreThoseOfTheTable()
    {
        foreach (var name in MayReference.Keys.Where(name => name is not ("Cli" or "Testing" or "FunctionApp")))
        {
            var references = ReferencesOf(Path.Combine(AppContext.BaseDirectory, $"Updraft.{name}.dll"));

            Assert.Empty(references.Where(reference => reference.StartsWith("Updraft.", StringComparison.Ordinal)).Except(Reachable(name).Select(project => $"Updraft.{project}")));
            Assert.DoesNotContain("updraft", references);
        }
    }

    [Fact]
    public void Examples_References_AreOnlyWhatAnAuthorMayUse()
    {
        foreach (var project in Repository.Files("examples", "*.csproj"))
            Assert.Empty(Repository.ReferencesOf(project).Except(["Dags", "Orchestration", "Operators"]));
    }

    [Fact]
    public void Sqlite_IsNamedInEmbeddedOnly() =>
        Assert.Empty(Repository.Files("src", "*.cs")
            .Where(file => !file.StartsWith("src/Embedded/", StringComparison.Ordinal) && Repository.Read(file).Contains("Microsoft.Data.Sqlite", StringComparison.Ordinal)));

    // What a project may use may show it types of what that one uses.
    private static IEnumerable<string> Reachable(string project) => MayReference[project].SelectMany(used => Reachable(used).Prepend(used)).Distinct();

    private static IReadOnlyList<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
