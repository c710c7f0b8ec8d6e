using System.Text.RegularExpressions;

namespace Updraft.Architecture.Tests;

/// <summary>Pure code stays pure: what decides reads no clock, no random and no file.</summary>
public sealed partial class PurityTests
{
    [Fact]
    public void Dags_DoNoInputAndOutput() => AssertNone("src/Dags", InputAndOutput());

    [Theory]
    [InlineData("src/Orchestration/Runs/State")]
    [InlineData("src/Orchestration/Runs/Plan")]
    [InlineData("src/Dags/Rules")]
    public void Machines_AskNothingOfTheWorld(string folder)
    {
        AssertNone(folder, InputAndOutput());
        AssertNone(folder, ClocksAndChance());
    }

    [Theory]
    [InlineData("src/Orchestration/Scheduling/DagMachine.cs")]
    [InlineData("src/Orchestration/Scheduling/DagMachine.Ticks.cs")]
    [InlineData("src/Orchestration/Scheduling/DagMachine.Datasets.cs")]
    [InlineData("src/Orchestration/Scheduling/DueTicks.cs")]
    [InlineData("src/Orchestration/Scheduling/LandedEvents.cs")]
    [InlineData("src/Orchestration/Backfills/BackfillMachine.cs")]
    public void Schedules_AskNothingOfTheWorld(string file)
    {
        Assert.DoesNotMatch(InputAndOutput(), Repository.Read(file));
        Assert.DoesNotMatch(ClocksAndChance(), Repository.Read(file));
    }

    /// <summary>CVE-2020-11982, CVE-2023-50943: data that names the code to run. What serves requests and keeps documents loads no code and makes nothing by the name of a type.</summary>
    [Theory]
    [InlineData("src/Api")]
    [InlineData("src/Orchestration")]
    [InlineData("src/Embedded")]
    [InlineData("src/Azure")]
    public void Servers_LoadNoCode(string folder) => AssertNone(folder, CodeByName());

    [Fact]
    public void ActorLoop_AsksNothingButItsContext()
    {
        var loop = Repository.Read("src/Orchestration/Actors/ActorLoop.cs");

        Assert.DoesNotMatch(InputAndOutput(), loop);
        Assert.DoesNotMatch(ClocksAndChance(), loop);
        Assert.DoesNotMatch(HashOrder(), loop);
    }

    private static void AssertNone(string folder, Regex banned) =>
        Assert.Empty(Repository.Files(folder, "*.cs")
            .SelectMany(file => banned.Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")));

    [GeneratedRegex(@"AssemblyLoadContext|Assembly\.Load|\bType\.GetType\(|Activator\.CreateInstance|BinaryFormatter|DataContractSerializer|TypeNameHandling|JsonDerivedType|CSharpScript")]
    private static partial Regex CodeByName();

    [GeneratedRegex(@"\b(File|Directory|Process|Socket|HttpClient|Environment)\.[A-Z]\w+|\bnew (FileStream|HttpClient|Process)\b")]
    private static partial Regex InputAndOutput();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now|\bTimeProvider\b|\bGuid\.NewGuid|\bnew Random\b|\bRandom\.Shared|\bStopwatch\b|\bTask\.(Delay|Run)\b")]
    private static partial Regex ClocksAndChance();

    [GeneratedRegex(@"\bnew (Dictionary|HashSet)<[^>]*>\([^)]*\)\s*\.(Keys|Values)|\.GetHashCode\(")]
    private static partial Regex HashOrder();
}
