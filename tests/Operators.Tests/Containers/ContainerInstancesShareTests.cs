namespace Updraft.Operators.Tests;

/// <summary>When the share of a container group is made, and when it is removed.</summary>
public sealed class ContainerInstancesShareTests : IAsyncLifetime
{
    private FakeContainerGroups _groups = null!;

    public async Task InitializeAsync() => _groups = await FakeContainerGroups.StartAsync();

    public async Task DisposeAsync() => await _groups.DisposeAsync();

    [Fact]
    public async Task Check_FailureThatIsKeptToBeLookedAt_KeepsTheShare()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", clean_up = "on_success" });
        _groups.End(1);

        Assert.Equal(OperatorErrors.ExitCode, (await job.EndAsync()).Code);

        Assert.Contains($"{job.Name}/", _groups.Files.Shares.Paths);
        Assert.NotNull(_groups.Group);
    }

    [Fact]
    public async Task Submit_OnAShareThatIsBeingDeleted_WaitsForTheTasksRetries()
    {
        _groups.Files.Shares.Lingers = 1;
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files" });

        Assert.Equal(TimeSpan.FromSeconds(30), (await Assert.ThrowsAsync<ServiceException>(job.SubmitAsync)).RetryAfter);
        await job.SubmitAsync();

        Assert.Empty(_groups.Time.Waits);
        Assert.NotNull(_groups.Group);
    }

    [Fact]
    public async Task Submit_ThatIsRefused_LeavesNoShare()
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        _groups.Arm.Fail(404).Fail(400, """{"error":{"code":"InaccessibleImage"}}""");

        Assert.Equal(OperatorErrors.ContainerImage, (await job.SubmitAsync()).Ended?.Code);

        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Submit_ThatIsRefusedAndLeavesAShare_SaysBoth()
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files" });
        _groups.Arm.Fail(404).Fail(400, """{"error":{"code":"InaccessibleImage"}}""");
        _groups.Files.Fail($"DELETE /{job.Name}", 403, "AuthorizationFailure");

        var ended = (await job.SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.ContainerImage, ended.Code);
        Assert.Contains($"{job.Name} is left on the share; image app cannot be pulled", ended.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong key", OperatorErrors.Refused, "is no key of the account 'acc'")]
    [InlineData("azure", OperatorErrors.Connection, "needs the storage account as user and its key as password")]
    [InlineData("no url", OperatorErrors.Connection, "https://account.file.core.windows.net")]
    public async Task Submit_WithAConnectionThatDoesNotFit_FailsForGood(string which, string code, string said)
    {
        _groups.Attempts.Connections["files"] = which switch
        {
            "wrong key" => _groups.Files.ByKey with { Password = Convert.ToBase64String("another key"u8) },
            "azure" => new Connection { Url = _groups.Files.Url, Azure = "default" },
            _ => _groups.Files.ByKey with { Url = null },
        };

        var ended = (await _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } }).SubmitAsync()).Ended!;

        Assert.Equal(code, ended.Code);
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
        Assert.Null(_groups.Group);
        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_DeletesTheShareAfterTheGroup(bool wasMade)
    {
        var job = _groups.Job(new { connection = "azure", image = "app", files = "files", inputs = new { rows = 1 } });
        await job.SubmitAsync();
        if (!wasMade) _groups.Group = null;
        _groups.Lingers = wasMade ? 1 : 0;

        if (wasMade)
        {
            Assert.False((await job.CancelAsync(knowsId: false)).Dead);
            Assert.NotEmpty(_groups.Files.Shares.Paths);
        }
        _groups.Files.Fail($"DELETE /{job.Name}", 503, "ServerBusy", retryAfter: 60);
        Assert.NotNull((await job.CancelAsync(knowsId: false)).Error);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.True((await job.CancelAsync(knowsId: false)).Dead);
        Assert.Empty(_groups.Files.Shares.Paths);
    }

    [Fact]
    public async Task Cancel_WithFilesThatMayNotBeRemoved_IsDeadAndSaysSo()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files" });
        _groups.Files.Fail($"DELETE /{job.Name}", 403, "AuthorizationFailure");

        Assert.True((await job.CancelAsync()).Dead);

        Assert.Contains("[files of the container could not be removed: DELETE ", job.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAGroupThatDoesNotStart_DeletesTheShareToo()
    {
        var job = await _groups.StartedAsync(new { connection = "azure", image = "app", files = "files", start_timeout = "0s", clean_up = "never" });

        Assert.Equal(OperatorErrors.ContainerStart, (await job.EndAsync()).Code);

        Assert.Empty(_groups.Files.Shares.Paths);
    }
}
