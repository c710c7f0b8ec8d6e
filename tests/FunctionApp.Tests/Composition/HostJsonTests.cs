using System.Text.Json;
using System.Text.RegularExpressions;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary><c>host.json</c> and <c>local.settings.sample.json</c> say what the code relies on, and name only settings that it knows.</summary>
public sealed partial class HostJsonTests
{
    private static readonly JsonElement Host = JsonDocument.Parse(Repository.Read("host.json")).RootElement;

    private static readonly string[] Settings = [.. typeof(AppSettings).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetValue(null)!)];

    // Read by the Functions host itself.
    private static readonly string[] OfTheHost = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME"];

    private static JsonElement Of(params string[] path) => path.Aggregate(Host, (at, name) => at.GetProperty(name));

    private static TimeSpan TimeOf(params string[] path) => TimeSpan.Parse(Of(path).GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Settings_ThatItNames_AreKnown()
    {
        var named = Named().Matches(Repository.Read("host.json")).Select(match => match.Groups["name"].Value).ToList();

        Assert.Equal([AppSettings.TaskHub], named);
        Assert.Equal($"%{AppSettings.TaskHub}%", Of("extensions", "durableTask", "hubName").GetString());
    }

    [Fact]
    public void Durable_IsOnAzureStorage_WithTracingAndVersions()
    {
        Assert.Equal("AzureStorage", Of("extensions", "durableTask", "storageProvider", "type").GetString());
        Assert.InRange(Of("extensions", "durableTask", "storageProvider", "partitionCount").GetInt32(), 8, 16);
        Assert.InRange(TimeOf("extensions", "durableTask", "storageProvider", "maxQueuePollingInterval"), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal(("V2", true, false), (Of("extensions", "durableTask", "tracing", "version").GetString(), Of("extensions", "durableTask", "tracing", "distributedTracingEnabled").GetBoolean(), Of("extensions", "durableTask", "tracing", "traceInputsAndOutputs").GetBoolean()));
        Assert.Equal((ActorClient.Version, "CurrentOrOlder", "Reject"), (Of("extensions", "durableTask", "defaultVersion").GetString(), Of("extensions", "durableTask", "versionMatchStrategy").GetString(), Of("extensions", "durableTask", "versionFailureStrategy").GetString()));
        Assert.False(Of("extensions", "durableTask", "extendedSessionsEnabled").GetBoolean());
    }

    [Fact]
    public void ServiceBus_IsSettledByHand_AndLocksLastWhileAMessageIsTried()
    {
        Assert.False(Of("extensions", "serviceBus", "autoCompleteMessages").GetBoolean());
        Assert.True(TimeOf("extensions", "serviceBus", "maxAutoLockRenewalDuration") > SessionMessages.Patience);
        Assert.Equal(0, Of("extensions", "serviceBus", "prefetchCount").GetInt32());
    }

    [Fact]
    public void Http_HasNoPrefix_AndFunctionsHaveMoreTimeThanTheirWorkTakes()
    {
        Assert.Equal("", Of("extensions", "http", "routePrefix").GetString());
        Assert.True(TimeOf("functionTimeout") > Upkeep.RetentionBudget);
        Assert.True(TimeOf("functionTimeout") > DurableServices.LongestAttempt + TimeSpan.FromMinutes(1)); // What is killed then has a minute to die.
        Assert.Equal("OpenTelemetry", Of("telemetryMode").GetString());
    }

    [Fact]
    public void Sample_HasTheRequiredSettings_AndNothingThatNobodyReads()
    {
        var sample = SampleSettings.Values.Keys.ToList();

        Assert.Empty(AppSettings.Required.Except(sample));
        Assert.Empty(sample.Except(Settings).Except(OfTheHost));
        Assert.Empty(OfTheHost.Except(sample));
    }

    [Fact]
    public void Output_HasTheHostsFile() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "host.json")));

    [GeneratedRegex("%(?<name>[A-Za-z0-9_]+)%")]
    private static partial Regex Named();
}
