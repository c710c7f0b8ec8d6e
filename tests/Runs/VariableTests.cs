using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>Variables that were set by hand, as tasks read them.</summary>
public sealed class VariableTests
{
    [Fact]
    public async Task Variable_IsReadWhenATryBegins()
    {
        var stage = new Stage().On("b", act => act.Try == 1 ? TaskOutcome.Failed("again") : TaskOutcome.Success(act.Fields.GetProperty("value")));
        await using var scene = await Scene.OpenAsync(stage);
        await SetAsync(scene, """{"min":1}""");
        var dag = new DagBuilder("d");
        dag.Link(dag.Work("a", "{{ var.limits.min }}") >> dag.Work("b", "{{ var.limits.min }}").Retries(1, TimeSpan.FromHours(1)));
        await scene.TriggerAsync(dag.Build());
        await scene.UntilAsync(instances => instances["b"].State is TaskState.UpForRetry);

        await SetAsync(scene, """{"min":2}""");
        await scene.EndAsync();

        Assert.Equal(("1", "2"), ((await scene.InstancesAsync())["a"].Output!.Value!.Value.GetRawText(), (await scene.InstancesAsync())["b"].Output!.Value!.Value.GetRawText()));
    }

    [Fact]
    public async Task Variable_NotSet_FailsTheTaskUnlessADefaultStandsIn()
    {
        await using var scene = await Scene.OpenAsync();
        var dag = new DagBuilder("d");
        dag.Work("a", "{{ var.limits.min }}");
        dag.Work("b", "{{ var.limits | default(3) }}");

        await scene.RunAsync(dag.Build());

        var instances = await scene.InstancesAsync();
        Assert.Equal((TaskState.Failed, "UPD1202", "3"), (instances["a"].State, instances["a"].Code, instances["b"].Output!.Value!.Value.GetRawText()));
    }

    [Fact]
    public async Task Variable_Removed_IsNotThereAnyMore()
    {
        await using var scene = await Scene.OpenAsync();
        await SetAsync(scene, "5");
        Assert.Equal("5", (await scene.Host.Services.Variables.GetAsync("limits"))!.Value.GetRawText());

        Assert.True(await scene.Host.Services.StoredVariables.DeleteAsync("limits"));

        Assert.False(await scene.Host.Services.StoredVariables.DeleteAsync("limits"));
        Assert.Null(await scene.Host.Services.Variables.GetAsync("limits"));
    }

    [Fact]
    public async Task Variable_TooLarge_IsRefused()
    {
        await using var scene = await Scene.OpenAsync();

        var refused = await Assert.ThrowsAsync<UpdraftException>(() => scene.Host.Services.StoredVariables.SetAsync("limits", JsonSerializer.SerializeToElement(new string('x', VariableText.MaxValue)), null));

        Assert.Equal(OperatorErrors.Variable, refused.Code);
    }

    private static Task SetAsync(Scene scene, string json) => scene.Host.Services.StoredVariables.SetAsync("limits", JsonSerializer.Deserialize<JsonElement>(json), "ann");
}
