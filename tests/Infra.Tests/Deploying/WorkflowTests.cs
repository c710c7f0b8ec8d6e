using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Updraft.Infra.Tests.Deploying;

/// <summary>The workflows do what they are for, with actions that nobody can change under them and no more rights than they need.</summary>
public sealed partial class WorkflowTests
{
    private static readonly Dictionary<string, YamlMappingNode> Workflows = Repository.Files(".github/workflows", "*.yml").ToDictionary(file => Path.GetFileName(file), Yaml.Read, StringComparer.Ordinal);

    /// <summary>Commits of versions, as the repositories of the actions tag them.</summary>
    private static readonly Dictionary<string, string> Pinned = new(StringComparer.Ordinal)
    {
        ["actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"] = "v7.0.1",
        ["actions/setup-dotnet@a98b56852c35b8e3190ac28c8c2271da59106c68"] = "v6.0.0",
        ["Azure/setup-azd@0b7e3a35ab00f2eee7080c845eb39c3f0ebfa553"] = "v2.4.0",
    };

    private static YamlNode Deploy => Workflows["deploy.yml"].Find("jobs", "deploy")!;

    [Fact]
    public void Workflows_AreTheseTwo() => Assert.Equal(["ci.yml", "deploy.yml"], Workflows.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Actions_ArePinnedToCommitsAndSayTheirVersion()
    {
        var uses = Repository.Files(".github/workflows", "*.yml").SelectMany(file => Used().Matches(Repository.Read(file))).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses.Where(use => !use.Groups["action"].Value.StartsWith("./", StringComparison.Ordinal)), use => Assert.Equal(Pinned[use.Groups["action"].Value], use.Groups["version"].Value));
        Assert.All(Pinned.Keys, action => Assert.Matches("@[0-9a-f]{40}$", action));
        Assert.All(uses.Where(use => use.Groups["action"].Value.StartsWith("./", StringComparison.Ordinal)), use => Assert.True(Repository.Has(use.Groups["action"].Value[2..])));
    }

    [Fact]
    public void Permissions_AreNoMoreThanIsNeeded()
    {
        Assert.All(Workflows.Values, workflow => Assert.Equal(["contents: read"], Permissions(workflow)));
        Assert.Equal(["contents: read", "id-token: write"], Permissions(Deploy));
        Assert.All(Workflows.Values.SelectMany(workflow => workflow.Find("jobs").Entries().Values).Where(job => job != Deploy && job.Find("permissions") is not null), job => Assert.Equal(["contents: read"], Permissions(job)));
    }

    [Fact]
    public void Checkouts_KeepNoCredentials() =>
        Assert.All(Steps().Where(step => step.Text("uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true), step => Assert.Equal("false", step.Text("with", "persist-credentials")));

    [Fact]
    public void Jobs_HaveAnEnd() =>
        Assert.All(Workflows.Values.SelectMany(workflow => workflow.Find("jobs").Entries()).Where(job => job.Value.Text("uses") is null), job => Assert.NotNull(job.Value.Text("timeout-minutes")));

    [Fact]
    public void Ci_RunsWhatContributorsRun()
    {
        Assert.Contains(Workflows["ci.yml"].Find("jobs", "ci", "steps")!.Scalars(), line => line == ".ci/run");
        Assert.Equal("true", Workflows["ci.yml"].Text("jobs", "azure-packages", "env", "AzurePackages"));
        Assert.NotNull(Workflows["ci.yml"].Find("on", "workflow_call"));
    }

    [Fact]
    public void Deploy_TakesTheRealPackagesAndIsTestedBefore()
    {
        Assert.Equal("true", Deploy.Text("env", "AzurePackages"));
        Assert.Equal("test", Deploy.Text("needs"));
        Assert.Equal("./.github/workflows/ci.yml", Workflows["deploy.yml"].Text("jobs", "test", "uses"));
        Assert.Equal("false", Workflows["deploy.yml"].Text("concurrency", "cancel-in-progress"));
    }

    [Fact]
    public void Deploy_SignsInProvisionsDeploysAndShowsThatItWorksInThisOrder()
    {
        var lines = ((YamlSequenceNode)Deploy.Find("steps")!).Select(step => step.Text("run") ?? "").Where(run => run.Length > 0).ToList();

        Assert.Collection(lines,
            run => Assert.Contains("--federated-credential-provider github", run, StringComparison.Ordinal),
            run => Assert.StartsWith("azd provision --no-prompt", run, StringComparison.Ordinal),
            run => Assert.StartsWith("azd deploy --all --no-prompt", run, StringComparison.Ordinal),
            run => Assert.Contains("infra/smoke.sh \"$url\"", run, StringComparison.Ordinal),
            run => Assert.Contains("docs/azure.md", run, StringComparison.Ordinal));
    }

    [Fact]
    public void Deploy_GivesTheTemplateItsParametersWithTheirDefaults()
    {
        var parameters = JsonDocument.Parse(Repository.Read("infra/main.parameters.json")).RootElement.GetProperty("parameters").EnumerateObject().Select(parameter => Parameter().Match(parameter.Value.GetProperty("value").GetString()!)).ToList();
        var given = Deploy.Find("env").Entries();

        Assert.All(parameters, parameter =>
        {
            var (name, value) = (parameter.Groups["name"].Value, parameter.Groups["default"]);
            var wanted = name == "AZURE_ENV_NAME" ? "${{ inputs.environment || 'production' }}" : value.Success ? $"${{{{ vars.{name} || '{value.Value}' }}}}" : $"${{{{ vars.{name} }}}}";
            Assert.Equal(wanted, ((YamlScalarNode)given[name]).Value);
        });
    }

    [Fact]
    public void Secrets_AreTheKeyOfTheSmokeTestAlone()
    {
        var secrets = Workflows.Values.SelectMany(workflow => workflow.Scalars()).SelectMany(text => Secret().Matches(text)).Select(match => match.Groups[1].Value);

        Assert.Equal(["UPDRAFT_KEY"], secrets);
    }

    private static IEnumerable<string> Permissions(YamlNode node) => node.Find("permissions").Entries().Select(entry => $"{entry.Key}: {((YamlScalarNode)entry.Value).Value}");

    private static IEnumerable<YamlNode> Steps() => Workflows.Values.SelectMany(workflow => workflow.Find("jobs").Entries().Values).SelectMany(job => job.Find("steps") as YamlSequenceNode ?? []);

    [GeneratedRegex(@"uses: (?<action>\S+)(?: # (?<version>v[0-9.]+))?$", RegexOptions.Multiline)]
    private static partial Regex Used();

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)(=(?<default>[^}]*))?\}$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"secrets\.(\w+)")]
    private static partial Regex Secret();
}
