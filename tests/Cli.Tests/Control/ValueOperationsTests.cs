using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

/// <summary>Variables, connections and approvals, asked of a process that owns the folder and of this one.</summary>
public sealed class ValueOperationsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-val-").FullName;
    private LocalHost? _host;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Variables_AreSetShownAndRemoved(bool remote)
    {
        await using var owner = await FindAsync(remote);
        await File.WriteAllTextAsync(Path.Combine(_folder, "variables.json"), """{ "of_file": true }""");

        var set = await owner.AskAsync(VariableOperations.Set, new SetVariable("cities", Json("""["SEA"]"""), "me"), default);
        var listed = await owner.AskAsync(VariableOperations.List, Nothing.Here, default);
        await owner.AskAsync(VariableOperations.Delete, new VariableName("cities"), default);

        Assert.Equal(("""["SEA"]""", "stored"), (set.Value.GetRawText(), set.Source));
        Assert.Equal(["cities stored", "of_file variables.json"], listed.Where(variable => variable.Source != "environment").Select(variable => $"{variable.Name} {variable.Source}"));
        var gone = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(VariableOperations.Get, new VariableName("cities"), default));
        var elsewhere = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(VariableOperations.Delete, new VariableName("of_file"), default));
        Assert.Equal((OperatorErrors.Variable, OperatorErrors.Variable), (gone.Code, elsewhere.Code));
        Assert.Contains("it comes from variables.json", elsewhere.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_AreListedAndTestedWithoutSecrets(bool remote)
    {
        await using var owner = await FindAsync(remote);
        var file = Path.Combine(_folder, "connections.json");
        await File.WriteAllTextAsync(file, """{ "odd": { "url": "gopher://x.example", "user": "ann", "password": "p4ss" } }""");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var listed = await owner.AskAsync(ConnectionOperations.List, Nothing.Here, default);
        var failed = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(ConnectionOperations.Test, new ConnectionName("odd"), default));

        Assert.Equal(new ConnectionView("odd", "connections.json", "gopher://x.example as ann", null), listed.Single(connection => connection.Name == "odd"));
        Assert.Equal((OperatorErrors.ConnectionTest, "connection 'odd' cannot be tried out: nothing is known of gopher:// URLs"), (failed.Code, failed.Message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_WithAConnectionThatIsNotKnown_Warns(bool remote)
    {
        await using var owner = await FindAsync(remote);
        var dag = Pictures.Dag(Pictures.Task("a") with { Operator = "http", With = Json("""{"url":"/","connection":"nobody"}""") });

        var published = await owner.AskAsync(DagOperations.Publish, new PublishRequest { Spec = JsonDocument.Parse(DagJson.Serialize(dag)).RootElement, Operators = BuiltInOperators.Catalog.Manifests, By = new Caller("me") }, default);

        Assert.StartsWith("tasks.a.http.connection: connection 'nobody' is not known here", Assert.Single(published.Warnings));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Approvals_OfNobody_AreRefusedInTheSameWay(bool remote)
    {
        await using var owner = await FindAsync(remote);

        var page = await owner.AskAsync(ApprovalOperations.List, new ApprovalsRequest(null, null, null, 10), default);
        var refused = await Assert.ThrowsAsync<UpdraftException>(() => owner.AskAsync(ApprovalOperations.Answer, new ApprovalAnswer { RunId = "r", TaskId = "a", By = "me" }, default));

        Assert.Empty(page.Questions);
        Assert.Equal(ApprovalErrors.NoQuestion, refused.Code);
    }

    private async Task<Owner> FindAsync(bool remote)
    {
        if (remote)
        {
            _host = await LocalHost.OpenAsync(new LocalHostOptions { Folder = _folder, Clock = TimeProvider.System, Logging = NullLoggerFactory.Instance });
            await _host.ListenAsync([]);
            await _host.StartAsync();
        }
        return await Owner.FindAsync(_folder, TimeProvider.System, create: true, default);
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
