using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Updraft.FunctionApp.Tests;

/// <summary>The functions of the app, as Functions finds them.</summary>
public sealed class FunctionTests
{
    private static readonly string[] Settings = [.. typeof(AppSettings).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetValue(null)!)];

    private static readonly List<MethodInfo> Functions =
        [.. typeof(HttpFunction).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)).Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)];

    private static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static T TriggerOf<T>(string name)
        where T : TriggerBindingAttribute => Assert.Single(Functions.Single(function => NameOf(function) == name).GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>());

    [Fact]
    public void Functions_HaveNamesOfTheirOwn_ATriggerEach_AndArePublic()
    {
        Assert.Empty(Functions.GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(Functions, function => Assert.Single(function.GetParameters(), parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null));
        Assert.All(Functions, function => Assert.True(function.DeclaringType!.IsPublic));
    }

    [Fact]
    public void Functions_ButTheOrchestrator_BindTheClientsOfBothLanes()
    {
        foreach (var function in Functions.Where(function => !function.GetParameters().Any(parameter => parameter.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null)))
        {
            var hubs = function.GetParameters().Where(parameter => parameter.ParameterType == typeof(DurableTaskClient)).Select(parameter => parameter.GetCustomAttribute<DurableClientAttribute>()!.TaskHub);
            Assert.Equal([TaskHubs.Default, TaskHubs.Fast], hubs);
        }
    }

    [Fact]
    public void Bindings_NameOnlySettingsThatAreRequired()
    {
        var attributes = Functions.SelectMany(function => function.GetParameters()).SelectMany(parameter => parameter.GetCustomAttributes<BindingAttribute>());
        var named = attributes.SelectMany(attribute => attribute.GetType().GetProperties().Where(property => property.PropertyType == typeof(string)).Select(property => property.GetValue(attribute) as string))
            .OfType<string>().Where(text => text.StartsWith('%')).Select(text => text.Trim('%')).Distinct();

        Assert.Equal(new[] { AppSettings.DefaultTaskHub, AppSettings.FastTaskHub, AppSettings.Queue, AppSettings.EventsTopic, AppSettings.EventsSubscription }.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.Empty(named.Except(AppSettings.Required));
        Assert.Empty(AppSettings.Required.Except(Settings));
    }

    [Fact]
    public void Http_IsOneFunctionForAll_OpenToTheApisOwnSignIn()
    {
        var trigger = TriggerOf<HttpTriggerAttribute>("Http");

        Assert.Equal((AuthorizationLevel.Anonymous, "{*path}"), (trigger.AuthLevel, trigger.Route));
        Assert.Equal(["delete", "get", "head", "options", "patch", "post", "put"], trigger.Methods!.Order(StringComparer.Ordinal));
        Assert.Single(Functions, function => function.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null));
    }

    [Fact]
    public void Messages_AreOfTheQueueAndOfTheTopicWithSessions_SettledByHand()
    {
        var (queue, events) = (TriggerOf<ServiceBusTriggerAttribute>("RunRequests"), TriggerOf<ServiceBusTriggerAttribute>("RunEvents"));

        Assert.Equal(("%UPDRAFT_QUEUE%", AppSettings.ServiceBus, false, false), (queue.QueueName, queue.Connection, queue.AutoCompleteMessages, queue.IsSessionsEnabled));
        Assert.Equal(("%UPDRAFT_EVENTS_TOPIC%", "%UPDRAFT_EVENTS_SUBSCRIPTION%", AppSettings.ServiceBus, false, true), (events.TopicName, events.SubscriptionName, events.Connection, events.AutoCompleteMessages, events.IsSessionsEnabled));
    }

    [Fact]
    public void Timers_AreTheWatchdogEveryMinuteAndRetentionEveryHour()
    {
        Assert.Equal(("0 * * * * *", "0 37 * * * *"), (TriggerOf<TimerTriggerAttribute>("Watchdog").Schedule, TriggerOf<TimerTriggerAttribute>("Retention").Schedule));
        Assert.False(TriggerOf<TimerTriggerAttribute>("Retention").RunOnStartup);
    }

    [Fact]
    public async Task Classes_OfAllFunctions_AreMadeFromTheSettingsOfTheSample()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IHostApplicationLifetime>(new FakeLifetime()).AddSingleton<IHostEnvironment>(new FakeEnvironment());
        services.AddUpdraft(SampleSettings.Read());
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        foreach (var type in Functions.Select(function => function.DeclaringType!).Distinct()) Assert.NotNull(ActivatorUtilities.CreateInstance(provider, type));
        Assert.NotEmpty(provider.GetServices<IHostedService>());
        Assert.True(provider.GetRequiredService<Orchestration.ActivityRegistry>().TryGetOrchestrator(Orchestration.ActorClient.Orchestrator, out _));
    }
}
