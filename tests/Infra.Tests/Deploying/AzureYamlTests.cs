using System.Text.RegularExpressions;
using Updraft.Infra.Tests.Bicep;

namespace Updraft.Infra.Tests.Deploying;

/// <summary><c>azure.yaml</c> names projects, scripts and outputs that are there.</summary>
public sealed partial class AzureYamlTests
{
    // Top-level keys, and those of a service, that azd's schema knows.
    private static readonly string[] Keys = ["name", "metadata", "infra", "services", "hooks"];
    private static readonly string[] ServiceKeys = ["project", "language", "host", "resourceName", "uses"];

    private static readonly YamlDotNet.RepresentationModel.YamlMappingNode File = Yaml.Read("azure.yaml");

    [Fact]
    public void Keys_AreThoseOfTheSchema()
    {
        Assert.Empty(File.Entries().Keys.Except(Keys));
        Assert.All(File.Find("services").Entries().Values, service => Assert.Empty(service.Entries().Keys.Except(ServiceKeys)));
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", File.Text("name")!);
    }

    [Fact]
    public void Template_IsThere() => Assert.True(Repository.Has($"{File.Text("infra", "path")}/{File.Text("infra", "module")}.bicep"));

    [Fact]
    public void Services_AreTheAppOfEachLane() =>
        Assert.All(File.Find("services").Entries(), service =>
        {
            Assert.Contains(service.Key, new[] { "default", "fast" });
            Assert.Equal(("function", "dotnet"), (service.Value.Text("host"), service.Value.Text("language")));
            Assert.True(Repository.Has($"{service.Value.Text("project")![2..]}/FunctionApp.csproj"));
            Assert.Equal($"${{SERVICE_{service.Key.ToUpperInvariant()}_NAME}}", service.Value.Text("resourceName"));
        });

    [Fact]
    public void Outputs_ThatAreUsed_AreGiven()
    {
        var outputs = BicepFile.Main.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var used = File.Scalars().SelectMany(text => Variable().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(["SERVICE_DEFAULT_NAME", "SERVICE_FAST_NAME", "UPDRAFT_URL"], used.Order(StringComparer.Ordinal));
        Assert.Empty(used.Except(outputs));
    }

    [Fact]
    public void Scripts_OfHooks_AreThereAndMayBeRun()
    {
        var script = Script().Match(File.Text("hooks", "postdeploy", "posix", "run")!).Groups[1].Value;

        Assert.True(Repository.Has(script));
        if (!OperatingSystem.IsWindows()) Assert.True(System.IO.File.GetUnixFileMode(Repository.PathOf(script)).HasFlag(UnixFileMode.UserExecute));
    }

    [GeneratedRegex(@"\$(?:\{|env:)?([A-Z][A-Z_]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\./(\S+)")]
    private static partial Regex Script();
}
