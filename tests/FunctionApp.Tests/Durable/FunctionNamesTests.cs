using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Updraft.Orchestration;

namespace Updraft.FunctionApp.Tests;

/// <summary>What Durable calls by name is there by that name.</summary>
public sealed partial class FunctionNamesTests
{
    [Fact]
    public void ActivityFunctions_AllOfActivityNames_OneFunctionEach()
    {
        var names = typeof(ActivityNames).GetFields().Select(field => (string)field.GetValue(null)!);
        Assert.Equal(names.Order(StringComparer.Ordinal), Triggered<ActivityTriggerAttribute>().Select(NameOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OrchestratorFunctions_Are_TheOne()
    {
        var function = Assert.Single(Triggered<OrchestrationTriggerAttribute>());
        Assert.Equal(ActorClient.Orchestrator, NameOf(function));
        Assert.Equal(typeof(TaskOrchestrationContext), Assert.Single(function.GetParameters()).ParameterType); // An orchestrator may bind nothing else.
    }

    [Fact]
    public void ActivityFunctions_All_BindTheClientsOfBothLanes()
    {
        foreach (var function in Triggered<ActivityTriggerAttribute>())
        {
            var clients = function.GetParameters().Where(parameter => parameter.ParameterType == typeof(DurableTaskClient));
            Assert.Equal(["%UPDRAFT_DEFAULT_TASKHUB%", "%UPDRAFT_FAST_TASKHUB%"], clients.Select(client => client.GetCustomAttribute<DurableClientAttribute>()!.TaskHub));
        }
    }

    [Fact]
    public void Functions_Names_AreWhatFunctionsTakes()
    {
        foreach (var function in Triggered<ActivityTriggerAttribute>()) Assert.Matches(FunctionName(), NameOf(function));
    }

    private static List<MethodInfo> Triggered<TTrigger>()
        where TTrigger : Attribute =>
        [.. typeof(ActivityRunner).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null))];

    private static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex FunctionName();
}
