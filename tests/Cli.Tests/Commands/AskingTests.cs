using System.CommandLine;
using System.Text;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

/// <summary>Commands as they are typed, on a folder of their own.</summary>
public sealed class AskingTests : IAsyncLifetime
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private ClientFolder _folder = null!;

    public async Task InitializeAsync()
    {
        _folder = ClientFolder.Make();
        await using var api = ApiClient.OfFolder(_folder.Path, TimeProvider.System, create: true);
        await api.PostAsync<RunAccepted>($"runs", ClientFolder.Run("r1"), default);
    }

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Theory]
    [InlineData("shwo", "did you mean 'show'")]
    [InlineData("pools lst", "did you mean 'list'")]
    [InlineData("runs --limt 3", "did you mean '--limit'")]
    [InlineData("show r2 --data DATA", "did you mean 'r1'")]
    public async Task Run_WordThatIsNotKnown_SaysWhichWasMeant(string typed, string expected)
    {
        Assert.Equal(ExitCodes.InvalidInput, await RunAsync(typed));

        Assert.Contains(expected, _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pools s", "set show")]
    [InlineData("runs --lim", "--limit")]
    [InlineData("show --data DATA ", "r1")]
    public async Task Suggest_WhatIsTyped_OffersWhatMayCome(string typed, string expected)
    {
        Assert.Equal(ExitCodes.Success, await Line().RunAsync(["[suggest]", typed.Replace("DATA", _folder.Path, StringComparison.Ordinal)]));

        Assert.Superset(expected.Split(' ').ToHashSet(), _out.ToString().Split('\n').ToHashSet());
    }

    /// <summary>Without a name of its own, the help shows what it is completed by: the runs of the folder of whoever asks.</summary>
    [Fact]
    public void Help_ArgumentThatIsCompleted_HasItsName()
    {
        var nameless = Commands(Line().Root()).SelectMany(command => command.Arguments.Where(argument => argument.CompletionSources.Count > 0 && argument.HelpName is null).Select(argument => $"{command.Name} {argument.Name}"));

        Assert.Equal(["mark STATE", "completion SHELL"], nameless); // They take a few words, which the help says.
    }

    [Fact]
    public async Task Completion_EveryShell_HasAScript()
    {
        foreach (var shell in CompletionScripts.Shells) Assert.Equal(ExitCodes.Success, await RunAsync($"completion {shell}"));

        Assert.Equal(4, _out.ToString().Split("'[suggest]'").Length + _out.ToString().Split("\"[suggest]\"").Length - 2);
    }

    [Fact]
    public async Task Wait_QuietAndOver_SaysNothing()
    {
        Assert.Equal(ExitCodes.NotEnded, await RunAsync("wait r1 --quiet --timeout 10ms --data DATA"));

        Assert.Equal(("", ""), (_out.ToString(), _error.ToString()));
    }

    [Fact]
    public async Task Trigger_Quiet_PrintsTheIdAlone()
    {
        var yaml = Path.Combine(_folder.Path, "one.yaml");
        await File.WriteAllTextAsync(yaml, "name: one\ntasks:\n  a:\n    shell: { script: 'true' }\n");

        Assert.Equal(ExitCodes.Success, await RunAsync($"trigger {yaml} --quiet --run-id r9 --data DATA"));

        Assert.Equal("r9\n", _out.ToString());
    }

    [Fact]
    public async Task ImportCrontab_WithALineThatIsRefused_PublishesNothing()
    {
        var file = await CrontabAsync("0 1 * * * /bin/a\n@reboot /bin/b\n");

        Assert.Equal(ExitCodes.InvalidInput, await RunAsync($"import-crontab {file} --data DATA"));

        Assert.Contains("line 2: @reboot has no time", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(await DagsAsync());
    }

    [Fact]
    public async Task ImportCrontab_Again_LeavesWhatIsNotPaused()
    {
        var file = await CrontabAsync("0 1 * * * /bin/a\n@reboot /bin/b\n");
        Assert.Equal(ExitCodes.Success, await RunAsync($"import-crontab {file} --skip-invalid --time-zone Europe/Paris --data DATA"));
        var first = Assert.Single(await DagsAsync());
        Assert.Equal(ExitCodes.Success, await RunAsync($"dags unpause {first.Name} --data DATA"));

        file = await CrontabAsync("30 1 * * * /bin/a\n");
        Assert.Equal(ExitCodes.Success, await RunAsync($"import-crontab {file} --time-zone Europe/Paris --data DATA"));

        var again = Assert.Single(await DagsAsync());
        Assert.Equal((true, first.Name, false), (first.Paused, again.Name, again.Paused));
        Assert.Contains("30 1 * * *", again.Schedule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportCrontab_DryRun_ShowsYamlAlone()
    {
        var file = await CrontabAsync("0 1 * * * /bin/a {{ x }}\n");

        Assert.Equal(ExitCodes.Success, await RunAsync($"import-crontab {file} --dry-run --data DATA"));

        Assert.StartsWith("name: cron-a-x-", _out.ToString(), StringComparison.Ordinal);
        Assert.Empty(await DagsAsync());
    }

    [Fact]
    public async Task Top_Once_ShowsTheFleet()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("top --once --data DATA"));

        Assert.Contains("NOT SERVED", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("Under way: 1 queued", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_FolderThatIsWell_SaysSo()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("doctor --data DATA"));

        Assert.Contains("ok     database: SQLite finds it whole", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("note   serving: nothing drives", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ServerThatIsNotThere_SaysWhatToDo()
    {
        Assert.Equal(1, await RunAsync("doctor --server http://127.0.0.1:1"));

        Assert.Contains("→ start the server, or correct the address", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_MadeListedAndRevoked()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("keys create ci --role author --expires 90d --data DATA"));
        var secret = _out.ToString().Trim();
        await using var api = ApiClient.OfFolder(_folder.Path, TimeProvider.System);
        var key = Assert.Single(await api.ListAsync<KeyResource>(() => $"keys", 10, default));

        Assert.StartsWith(key.Prefix, secret, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await RunAsync($"keys revoke {key.Id} --data DATA"));
        Assert.Equal(ExitCodes.InvalidInput, await RunAsync("keys create ci --role admn --data DATA"));
        Assert.Contains("did you mean 'admin'", _error.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> CrontabAsync(string text)
    {
        var file = Path.Combine(_folder.Path, "crontab");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private async Task<List<PublishedSummary>> DagsAsync()
    {
        await using var api = ApiClient.OfFolder(_folder.Path, TimeProvider.System);
        return await api.ListAsync<PublishedSummary>(() => $"dags", 10, default);
    }

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    private Task<int> RunAsync(string typed) => Line().RunAsync([.. typed.Split(' ').Select(word => word == "DATA" ? _folder.Path : word)]);

    private CommandLine Line() => new(new Terminal(TextReader.Null, new StringWriter(_out), new StringWriter(_error), false, TimeProvider.System), TimeSpan.FromMinutes(1));
}
