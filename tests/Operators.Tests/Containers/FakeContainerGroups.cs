using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Updraft.Operators.Tests;

/// <summary>Azure Container Instances with one container group, the storage account whose shares it mounts, and attempts that use both.</summary>
internal sealed class FakeContainerGroups : IAsyncDisposable
{
    private const string Groups = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups";

    private FakeContainerGroups(FakeService arm, FakeFileService files) => (Arm, Files) = (arm, files);

    public FakeService Arm { get; }

    public FakeFileService Files { get; }

    public TestAttempts Attempts { get; } = new();

    public EagerTime Time { get; } = new();

    /// <summary>The group as it was asked for, and what the service adds; null when there is none.</summary>
    public JsonObject? Group { get; set; }

    /// <summary>What was on the shares when the group was made.</summary>
    public IReadOnlyList<string> Mounted { get; private set; } = [];

    /// <summary>Deletions that are accepted, and not done at once.</summary>
    public int Lingers { get; set; }

    public static async Task<FakeContainerGroups> StartAsync()
    {
        var groups = new FakeContainerGroups(await FakeService.StartAsync(), await FakeFileService.StartAsync());
        groups.Arm.On("PUT", Groups + "/*", groups.Make).On("GET", Groups + "/*", groups.Look).On("DELETE", Groups + "/*", groups.Delete);
        groups.Attempts.With(new ContainerInstancesOperator(groups.Time));
        groups.Attempts.Connections["azure"] = new Connection
        {
            Url = groups.Arm.Url, Token = "arm-token", Options = new Connection().Options.Add("subscription", "sub-1").Add("resource_group", "rg").Add("location", "westeurope"),
        };
        groups.Attempts.Connections["files"] = groups.Files.ByKey;
        return groups;
    }

    public JobCalls Job(object with) => new(Attempts, Attempts.Task("t", "container_instances", with));

    public async Task<JobCalls> StartedAsync(object with)
    {
        var job = Job(with);
        await job.SubmitAsync();
        return job;
    }

    /// <summary>Ends the container.</summary>
    public void End(int exitCode)
    {
        Group!["properties"]!["containers"]![0]!["properties"]!["instanceView"] = JsonSerializer.SerializeToNode(new { currentState = new { state = "Terminated", exitCode, detailStatus = "Completed" } });
        Group["properties"]!["instanceView"] = new JsonObject { ["state"] = exitCode == 0 ? "Succeeded" : "Failed" };
    }

    public async ValueTask DisposeAsync()
    {
        await Arm.DisposeAsync();
        await Files.DisposeAsync();
        Attempts.Dispose();
    }

    private IResult Make(ServiceRequest request)
    {
        Group = JsonNode.Parse(request.Body)!.AsObject();
        Mounted = Files.Shares.Paths;
        return Results.StatusCode(201);
    }

    private IResult Look(ServiceRequest request) => request.Path.EndsWith("/logs", StringComparison.Ordinal)
        ? Results.Json(new { content = "" })
        : Group is null ? Results.NotFound() : Results.Text(Group.ToJsonString(), "application/json");

    private IResult Delete(ServiceRequest request)
    {
        if (Lingers-- > 0) return Results.StatusCode(202);
        Group = null;
        return Results.Ok();
    }
}
