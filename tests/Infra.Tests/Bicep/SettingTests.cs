using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Bicep;

/// <summary>Every app setting that the code reads is set, and none that nobody reads.</summary>
public sealed partial class SettingTests
{
    private static readonly BicepFile App = BicepFile.Named("infra/app/function.bicep");

    /// <summary>What the platform, its extensions and the Azure SDK read.</summary>
    private static readonly string[] Platform =
    [
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ServiceBusConnection__fullyQualifiedNamespace", "ServiceBusConnection__credential", "ServiceBusConnection__clientId",
        "DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", "AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName",
    ];

    /// <summary>What the code reads and no installation needs: for whoever sets it by hand, with why.</summary>
    private static readonly Dictionary<string, string> ByHand = new(StringComparer.Ordinal)
    {
        ["UPDRAFT_SECRET_"] = "a secret by name; on Azure they are in the vault",
        ["UPDRAFT_VAR_"] = "a variable by name; on Azure they are set by the API",
        ["UPDRAFT_CONNECTION_"] = "a connection by name",
        ["UPDRAFT_VARIABLES"] = "a file of a data folder",
        ["UPDRAFT_CONNECTIONS"] = "a file of a data folder",
        ["UPDRAFT_"] = "what begins so is not passed on to tasks",
    };

    /// <summary>What the platform sets by itself.</summary>
    private static readonly string[] SetByPlatform = ["WEBSITE_AUTH_ENABLED"];

    private static IReadOnlyList<string> Set { get; } =
        [.. new[] { "settings", "schedulerSettings" }.SelectMany(name => App.Find(name)!.Value!.All().OfType<ObjectNode>()).SelectMany(all => all.Properties).Select(property => property.Name.Plain!)];

    private static IReadOnlyList<string> Read { get; } = [.. Constant().Matches(Repository.Read("src/FunctionApp/AppSettings.cs")).Select(match => match.Groups[1].Value)];

    private static IReadOnlyList<string> Sources { get; } = [.. Repository.Files("src", "*.cs").Where(file => !file.StartsWith("src/Cli/", StringComparison.Ordinal) && !file.StartsWith("src/Testing/", StringComparison.Ordinal))];

    [Fact]
    public void Settings_ThatTheAppReads_AreSet()
    {
        Assert.NotEmpty(Read);
        Assert.Empty(Read.Except(SetByPlatform).Where(name => !Set.Contains(name) && !Set.Contains($"{name}__fullyQualifiedNamespace")));
    }

    [Fact]
    public void Settings_ThatAreSet_AreReadByTheAppOrThePlatform()
    {
        var literals = Sources.SelectMany(file => Quoted().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Set.Where(name => !Platform.Contains(name) && !literals.Contains(name)));
        Assert.Empty(Platform.Except(Set));
        Assert.Equal(Set.Count, Set.Distinct().Count());
    }

    [Fact]
    public void Variables_ThatTheLibrariesRead_AreSetOrForPeople()
    {
        var read = Sources.SelectMany(file => Quoted().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).Where(name => name.StartsWith("UPDRAFT_", StringComparison.Ordinal)).Distinct().ToList();

        Assert.NotEmpty(read);
        Assert.Empty(read.Where(name => !Set.Contains(name) && !ByHand.ContainsKey(name)));
    }

    [Fact]
    public void Placeholders_OfTriggersAndHostJson_AreSet()
    {
        var places = Repository.Files("src/FunctionApp", "*.cs").Append("host.json").SelectMany(file => Placeholder().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).Distinct();

        Assert.Empty(places.Except(Set));
    }

    [Fact]
    public void SampleSettings_NameTheSameQueueAndTopic()
    {
        var sample = System.Text.Json.JsonDocument.Parse(Repository.Read("local.settings.sample.json")).RootElement.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString(), StringComparer.Ordinal);
        var messages = BicepFile.Named("infra/app/messages.bicep");

        Assert.All(new[] { ("UPDRAFT_QUEUE", "queue"), ("UPDRAFT_EVENTS_TOPIC", "topic"), ("UPDRAFT_EVENTS_SUBSCRIPTION", "subscription") },
            pair => Assert.Equal(((TextNode)messages.Find(pair.Item2)!.Body!["name"]!).Plain, sample[pair.Item1]));
        Assert.Empty(sample.Keys.Except(Set).Except(["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "ServiceBusConnection"]));
    }

    [Fact]
    public void Runtime_IsNoSetting() =>
        // Flex Consumption refuses an app that sets it.
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", Set);

    [Fact]
    public void BothApps_AreGivenTheSameButForTheirLane()
    {
        var (first, second) = (Given("defaultApp"), Given("fastApp"));

        // Where there is no fast lane its hub is that of the default one, which a choice says in main.bicep.
        Assert.Equal(["fastTaskHub", "lane", "name", "planName", "subnetId", "taskHub"], first.Keys.Where(name => first[name] != second[name]).Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, string> Given(string module) => ((ObjectNode)BicepFile.Main.Find(module)!.Body!["params"]!).Properties
        .ToDictionary(property => property.Name.Plain!, property => string.Join(' ', property.Value.All().Select(node => node switch { NameNode name => name.Name, Member member => member.Name, TextNode text => string.Concat(text.Pieces.OfType<string>()), Literal literal => literal.Value, _ => node.GetType().Name })));

    // In capitals, or a connection's: what begins with a small letter is the key of one.
    [GeneratedRegex("""public const string \w+ = "([A-Z][A-Za-z_]+)";""")]
    private static partial Regex Constant();

    [GeneratedRegex("\"([A-Z][A-Z0-9_]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("%([A-Za-z0-9_]+)%")]
    private static partial Regex Placeholder();
}
