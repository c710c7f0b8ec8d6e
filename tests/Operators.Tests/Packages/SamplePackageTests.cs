using System.Text.Json;
using Updraft.Cli;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class SamplePackageTests(SamplePackage sample) : IClassFixture<SamplePackage>, IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public void Build_OfTheSample_SaysWhatItDoes() =>
        Assert.Equal(["building Greetings.csproj", "inspecting Greetings.dll"], sample.Progress);

    [Fact]
    public void Description_OfTheSample_HoldsDagsAndManifestsAsPlainJson()
    {
        var description = sample.Built.Description;

        Assert.Equal("Greetings.dll", description.Assembly);
        Assert.Equal("greetings", DagJson.Parse(description.Dags.Single().GetRawText()).Name);
        Assert.Equal(["file-arrived", "folder-job", "greet"], description.Operators.Select(manifest => manifest.Name));
        Assert.Equal([OperatorKind.Sensor, OperatorKind.Job, OperatorKind.Run], description.Operators.Select(manifest => manifest.Kind));
        Assert.Equal(["api_key"], description.Operators[2].SecretFields);
    }

    [Fact]
    public async Task Build_SameSources_BuildsNothing()
    {
        var progress = new List<string>();

        var again = await sample.Builder.BuildAsync(SamplePackage.Folder, progress.Add);

        Assert.Equal(sample.Built.Hash, again.Hash);
        Assert.Empty(progress);
    }

    [Fact]
    public async Task Build_InAnotherDataFolder_GivesTheSameHash()
    {
        var data = Directory.CreateTempSubdirectory("updraft-tests-").FullName;

        var built = await new PackageBuilder(data).BuildAsync(SamplePackage.Folder);

        Assert.Equal(sample.Built.Hash, built.Hash);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Load_OfThePackage_SharesOnlyTheContracts()
    {
        var package = await sample.OpenAsync();
        var assembly = package.Assembly!;

        Assert.NotSame(System.Runtime.Loader.AssemblyLoadContext.Default, System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(assembly));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), loaded => loaded.GetName().Name == "Updraft.Operators" && loaded != typeof(IOperator).Assembly);
        Assert.IsAssignableFrom<IRunOperator>(package.Operators.Find("greet"));
    }

    [Fact]
    public async Task RunOperator_OfThePackage_Runs()
    {
        await PinAsync();

        var result = await _attempts.RunAsync("t", "greet", new { name = "Ada", times = 2, api_key = "s3cret-key" });

        Assert.Equal("Ada", result.Output!.Value!.Value.GetProperty("greeted").GetString());
        Assert.Equal("Hello Ada, with ***\nHello Ada, with ***\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task RunOperator_SkipsAndFails_AsItSays()
    {
        await PinAsync();

        Assert.Equal(AttemptOutcome.Skipped, (await _attempts.RunAsync("t", "greet", new { name = "" })).Outcome);
        Assert.Equal(AttemptOutcome.FailedForGood, (await _attempts.RunAsync("t", "greet", new { name = "x", times = 101 })).Outcome);
    }

    [Fact]
    public async Task CodeTasks_OfThePackage_Run()
    {
        await PinAsync();
        var dag = DagJson.Parse(sample.Built.Description.Dags.Single().GetRawText());

        var count = await RunTaskAsync(dag, "count", []);
        var shout = await RunTaskAsync(dag, "shout", new() { ["count"] = count.Output! });

        Assert.Equal(2, count.Output!.Value!.Value.GetProperty("words").GetInt32());
        Assert.Equal("HELLO HELLO", shout.Output!.Value!.Value.GetString());
        Assert.Contains("info counted 2 words in run manual-1", _attempts.Blobs.TextOf(TestAttempts.LogOf("count")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Greetings.NoSuchClass", "there is no class 'Greetings.NoSuchClass' in Greetings")]
    [InlineData("wordcount", "is it 'Greetings.WordCount'?")]
    [InlineData("Greetings.Greet", "does not derive from CodeTask")]
    public async Task CodeTask_UnknownClass_FailsForGoodAndSaysWhy(string className, string message)
    {
        await PinAsync();

        var result = await _attempts.RunAsync("t", "code", new Dictionary<string, object> { ["class"] = className });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.CodeTask), (result.Outcome, result.Code));
        Assert.Contains(message, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CodeTask_InputDoesNotFit_FailsForGood()
    {
        await PinAsync();

        var result = await _attempts.RunAsync("t", "code", new Dictionary<string, object> { ["class"] = "Greetings.WordCount", ["input"] = new { words = 3 } });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Fields), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Shell_OfThePackage_RunsInItsFolder()
    {
        await PinAsync();

        await _attempts.RunAsync("t", "shell", new { command = new[] { "./hello.sh" } });

        Assert.Equal("hello from the package\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task Job_FromSubmissionToEnd_FollowsItsLogAndHandsOver()
    {
        var (submit, path) = await SubmitAsync();
        await File.WriteAllTextAsync(path + ".log", "half\n");

        var running = await CheckAsync(submit, null);
        await File.AppendAllTextAsync(path + ".log", "whole\n");
        await File.WriteAllTextAsync(path + ".done", "42");
        var ended = await CheckAsync(submit, running.State);

        Assert.Equal(JobStatus.Running, running.Status);
        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal("42", ended.Result!.Output!.Value!.Value.GetProperty("answer").GetString());
        Assert.Equal("half\nwhole\n", _attempts.Blobs.TextOf(TestAttempts.LogOf("t")));
    }

    [Fact]
    public async Task Job_SubmittedAgainAfterACrash_IsTheSameJob()
    {
        var (submit, path) = await SubmitAsync();
        await File.WriteAllTextAsync(path + ".job", "taken by a worker");

        var again = await _attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, submit);

        Assert.Equal(Path.GetFileName(path), again.ExternalId);
        Assert.Equal("taken by a worker", await File.ReadAllTextAsync(path + ".job"));
    }

    [Fact]
    public async Task Job_CancelledWithoutItsId_IsFoundByItsAttempt()
    {
        var (submit, path) = await SubmitAsync();

        var cancelled = await _attempts.CallAsync<CancelledJob>(ActivityNames.CancelJob, new CancelJob(submit.Attempt, null, null));

        Assert.True(cancelled.Dead);
        Assert.False(File.Exists(path + ".job"));
        Assert.Equal(JobStatus.Vanished, (await CheckAsync(submit, null)).Status);
    }

    [Fact]
    public async Task Job_BackendOutOfReach_IsAnErrorAndNotAnEnd()
    {
        await PinAsync();
        var request = _attempts.Task("t", "folder-job", new { folder = Path.Combine(_attempts.Folder, "missing"), order = "x" });

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => _attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, new SubmitJob(request)));
    }

    [Fact]
    public async Task Job_FieldsDoNotFit_EndsWithoutAJob()
    {
        await PinAsync();
        var request = _attempts.Task("t", "folder-job", new { folder = "x" });

        var submitted = await _attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, new SubmitJob(request));

        Assert.Equal(AttemptOutcome.FailedForGood, submitted.Ended!.Outcome);
    }

    [Fact]
    public async Task Sensor_UntilItsConditionHolds_LooksAgain()
    {
        await PinAsync();
        var path = Path.Combine(_attempts.Folder, "arrived");
        var request = _attempts.Task("t", "file-arrived", new { path, interval = "5s" });

        var early = await _attempts.CallAsync<PokedSensor>(ActivityNames.PokeSensor, new PokeSensor(request, null));
        await File.WriteAllTextAsync(path, "abc");
        var met = await _attempts.CallAsync<PokedSensor>(ActivityNames.PokeSensor, new PokeSensor(request, early.State));

        Assert.False(early.Met);
        Assert.Equal(TimeSpan.FromSeconds(5), early.Policy!.Interval);
        Assert.True(met.Met);
        Assert.Equal(3, met.Result!.Output!.Value!.Value.GetProperty("bytes").GetInt32());
    }

    [Fact]
    public async Task Tutorial_OfOperators_ShowsTheSampleAsItIs()
    {
        var tutorial = Repository.Read("docs/write-an-operator.md");

        foreach (var file in (string[])["Greetings.csproj", "Greet.cs", "FolderJob.cs", "FileArrived.cs", "WordCount.cs", "GreetingsDag.cs"])
        {
            Assert.Contains(await File.ReadAllTextAsync(Path.Combine(SamplePackage.Folder, file)), tutorial, StringComparison.Ordinal);
        }
    }

    private async Task PinAsync()
    {
        _attempts.Packages["p"] = await sample.OpenAsync();
        _attempts.Run = _attempts.Run with { Package = "p", Params = TestAttempts.Json("""{"name":"world"}""") };
    }

    private Task<AttemptResult> RunTaskAsync(DagSpec dag, string id, Dictionary<string, OutputRef> inputs)
    {
        _attempts.Dag = dag;
        return _attempts.RunAsync(new AttemptRequest
        {
            AttemptId = id, RunId = TestAttempts.RunId, DagHash = "h1", TaskId = id, Try = 1,
            Inputs = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, inputs),
        });
    }

    private async Task<(SubmitJob Submit, string Path)> SubmitAsync()
    {
        await PinAsync();
        var submit = new SubmitJob(_attempts.Task("t", "folder-job", new { folder = _attempts.Folder, order = "answer" }));
        var submitted = await _attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, submit);
        return (submit, Path.Combine(_attempts.Folder, submitted.ExternalId!));
    }

    private Task<CheckedJob> CheckAsync(SubmitJob submit, JsonElement? state)
    {
        var id = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(_attempts.Folder, "*.job").FirstOrDefault() ?? "gone.job");
        return _attempts.CallAsync<CheckedJob>(ActivityNames.CheckJob, new CheckJob(submit.Attempt, id, state));
    }
}
