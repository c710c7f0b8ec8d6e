using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class AzureMlOperatorTests : IAsyncLifetime, IDisposable
{
    private const string Workspace = "/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml";
    private readonly TestAttempts _attempts = new();
    private FakeService _service = null!;
    private string? _name;
    private string _status = "NotStarted";
    private bool _cancels;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _service
            .On("GET", Workspace + "/jobs/*", request => Name(request) == _name ? Results.Json(Stored()) : Results.Json(new { error = new { code = "UserError", message = "not found" } }, statusCode: 404))
            .On("PUT", Workspace + "/jobs/*", request =>
            {
                if (request.Json.GetProperty("properties").GetProperty("jobType").GetString() is not ("Command" or "Pipeline")) return Results.BadRequest();
                _name = Name(request);
                return Results.Json(Stored(), statusCode: 201);
            })
            .On("POST", Workspace + "/jobs/*", request =>
            {
                Assert.Equal(Workspace + "/jobs/" + _name + "/cancel", request.Path);
                (_cancels, _status) = (true, "CancelRequested");
                return Results.StatusCode(202);
            });
        _attempts.With(new AzureMlOperator());
        _attempts.Connections["ml"] = new Connection
        {
            Url = _service.Url,
            Token = "arm-token",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("subscription", "s-1").Add("resource_group", "rg").Add("workspace", "ml"),
        };
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Submit_OfACommand_PutsAJobOfTheAttemptsName()
    {
        var job = Job(new
        {
            connection = "ml", command = "python train.py --day ${{inputs.day}}", environment = "sklearn:3", compute = "cpu", code = "train:1", environment_variables = new { MODE = "full" },
            inputs = new Dictionary<string, object> { ["day"] = "{{ ds }}", ["n"] = 3, ["data"] = new { jobInputType = "uri_folder", uri = "azureml://datastores/x/paths/{{ ds }}" } },
            outputs = new { model = new { jobOutputType = "uri_folder" } }, instance_count = 2, distribution = new { distributionType = "Mpi" }, run_timeout = "90m", tags = new { team = "sales" },
        });

        var submitted = await job.SubmitAsync();

        var name = $"updraft-test-train-{JobPaths.NameOf(job.Attempt.AttemptId)}";
        Assert.Equal(name, submitted.ExternalId);
        var put = _service.Requests.Single(request => request.Method == "PUT");
        Assert.Equal((Workspace + "/jobs/" + name, "?api-version=2024-10-01"), (put.Path, put.Query));
        Assert.All(_service.Requests, request => Assert.Equal("Bearer arm-token", request.Header("Authorization")));
        Assert.True(JsonElement.DeepEquals(TestAttempts.Json(
            $$$"""
            {
              "properties": {
                "jobType": "Command", "displayName": "test.train", "experimentName": "test", "tags": { "team": "sales" }, "computeId": "{{{Workspace}}}/computes/cpu",
                "inputs": {
                  "day": { "jobInputType": "literal", "value": "2026-03-29" }, "n": { "jobInputType": "literal", "value": "3" },
                  "data": { "jobInputType": "uri_folder", "uri": "azureml://datastores/x/paths/2026-03-29" }
                },
                "outputs": { "model": { "jobOutputType": "uri_folder" } },
                "command": "python train.py --day ${{inputs.day}}", "environmentId": "{{{Workspace}}}/environments/sklearn/versions/3", "codeId": "{{{Workspace}}}/codes/train/versions/1",
                "environmentVariables": { "MODE": "full" }, "distribution": { "distributionType": "Mpi" }, "limits": { "jobLimitsType": "Command", "timeout": "PT1H30M" }, "resources": { "instanceCount": 2 }
              }
            }
            """), put.Json), put.Body);
    }

    [Fact]
    public async Task Submit_OfAPipeline_LeavesItsBracesAlone()
    {
        var job = Job(new { connection = "ml", jobs = new { fit = new { type = "command", command = "x ${{parent.inputs.day}}" } }, inputs = new { day = "{{ ds }}" }, settings = new { defaultCompute = "cpu" }, experiment = "nightly" });

        await job.SubmitAsync();

        var properties = _service.Requests.Single(request => request.Method == "PUT").Json.GetProperty("properties");
        Assert.Equal(("Pipeline", "nightly", "x ${{parent.inputs.day}}"), (properties.GetProperty("jobType").GetString(), properties.GetProperty("experimentName").GetString(), properties.GetProperty("jobs").GetProperty("fit").GetProperty("command").GetString()));
        Assert.Equal("2026-03-29", properties.GetProperty("inputs").GetProperty("day").GetProperty("value").GetString());
    }

    [Fact]
    public async Task Submit_AgainForTheSameAttempt_FindsTheJob()
    {
        var job = Job();
        var first = await job.SubmitAsync();
        _service.Break(half: true);
        await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync);

        Assert.Equal(first.ExternalId, (await job.SubmitAsync()).ExternalId);
        Assert.Single(_service.Requests, request => request.Method == "PUT");
    }

    [Theory]
    [InlineData("""{"connection":"ml"}""")]
    [InlineData("""{"connection":"ml","command":"x"}""")]
    [InlineData("""{"connection":"ml","command":"x","environment":"e:1","component":"c:1"}""")]
    [InlineData("""{"connection":"ml","command":"x","environment":"e:1:2"}""")]
    [InlineData("""{"connection":"ml","component":"c:1","environment":"e:1"}""")]
    [InlineData("""{"connection":"ml","command":"x","environment":"e:1","inputs":{"a":[1]}}""")]
    public async Task Submit_OfFieldsThatDoNotFit_FailsForGood(string with)
    {
        Assert.Equal(OperatorErrors.Fields, (await Job(TestAttempts.Json(with)).SubmitAsync()).Ended!.Code);
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Submit_OverAConnectionWithoutAWorkspace_SaysWhatIsMissing()
    {
        _attempts.Connections["ml"] = _attempts.Connections["ml"] with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("subscription", "s-1") };

        var ended = (await Job().SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.Connection, ended.Code);
        Assert.Contains("'resource_group'", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_ThatIsRefused_FailsWithWhatTheServiceSaid()
    {
        _attempts.Connections["ml"] = _attempts.Connections["ml"] with { Options = _attempts.Connections["ml"].Options.SetItem("workspace", "none") };

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Refused), await EndOfAsync(Job()));

        static async Task<(AttemptOutcome, string?)> EndOfAsync(TestJob job) => (await job.SubmitAsync()).Ended is { } ended ? (ended.Outcome, ended.Code) : default;
    }

    [Theory]
    [InlineData("Queued", JobStatus.Running, null)]
    [InlineData("NotResponding", JobStatus.Running, null)]
    [InlineData("Finalizing", JobStatus.Running, null)]
    [InlineData("Completed", JobStatus.Succeeded, null)]
    [InlineData("Failed", JobStatus.Failed, OperatorErrors.RemoteFailed)]
    [InlineData("Canceled", JobStatus.Failed, OperatorErrors.RemoteCancelled)]
    public async Task Check_GoesByTheStatus(string status, JobStatus expected, string? code)
    {
        var job = Job();
        await job.SubmitAsync();
        _status = status;

        var look = await job.CheckAsync();

        Assert.Equal((expected, code), (look.Status, look.Result?.Code));
        Assert.Contains($"' is {status}\n", job.Log, StringComparison.Ordinal);
        if (expected is JobStatus.Succeeded) Assert.Equal($$$$"""{"name":"{{{{_name}}}}","studioUrl":"https://ml.azure.com/runs/1","outputs":{"model":{"uri":"azureml://x"}}}""", look.Result!.Output!.Value!.Value.GetRawText());
    }

    [Fact]
    public async Task Check_OfAJobThatIsGone_HasVanished()
    {
        var job = Job();
        await job.SubmitAsync();
        _name = null;

        Assert.Equal(JobStatus.Vanished, (await job.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_OfAServiceThatThrottles_WaitsAsAsked()
    {
        var job = Job();
        await job.SubmitAsync();
        _service.Throttle(23);

        Assert.Equal(TimeSpan.FromSeconds(23), (await job.CheckAsync()).NextCheckAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_TakesSeveralLooks_AlsoWhereTheSubmissionsOutcomeIsUnknown(bool known)
    {
        var job = Job();
        await job.SubmitAsync();
        if (!known) job.ExternalId = null;

        Assert.False((await job.CancelAsync()).Dead);
        Assert.False((await job.CancelAsync()).Dead);
        _status = "Canceled";
        Assert.True((await job.CancelAsync()).Dead);
        Assert.True(_cancels);
        Assert.Single(_service.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Cancel_OfAJobThatNeverWas_IsConfirmed() => Assert.True((await Job().CancelAsync()).Dead);

    [Fact]
    public void Dag_WithAzureMlsOwnBracesInACommand_IsValid()
    {
        var source = """
            name: ml
            tasks:
              train:
                azure_ml: { connection: ml, environment: "e:1", command: "train --day ${{inputs.day}}", inputs: { day: "{{ ds }}" } }
            """;

        var read = DagYaml.Read(source);
        Assert.Empty(DagValidator.Validate(read.Dags[0].Dag, BuiltInOperators.Catalog.Manifests));
    }

    private static string Name(ServiceRequest request) => request.Path.Split('/')[10];

    private object Stored() => new
    {
        id = Workspace + "/jobs/" + _name,
        name = _name,
        properties = new { status = _status, jobType = "Command", services = new Dictionary<string, object> { ["Studio"] = new { jobServiceType = "Studio", endpoint = "https://ml.azure.com/runs/1" } }, outputs = new { model = new { uri = "azureml://x" } } },
    };

    private TestJob Job(object? with = null) => new(_attempts, _attempts.Task("train", "azure_ml", with ?? new { connection = "ml", command = "train", environment = "e:1" }));
}
