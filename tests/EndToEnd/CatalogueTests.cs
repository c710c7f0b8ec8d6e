using System.Text.Json;

namespace Updraft.EndToEnd;

/// <summary>Publishing, and what is made of published DAGs, from the command line.</summary>
public sealed class CatalogueTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Publish_NobodyServes_IsThereForWhoServesNext()
    {
        Write("etl.yaml", "one");
        Assert.Contains("etl version 1 ", (await _here.RunAsync("publish", "etl.yaml")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("published already", (await _here.RunAsync("publish", "etl.yaml")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("Nothing drives this run now", (await _here.RunAsync("trigger", "etl", "--run-id", "r1", "--note", "because")).Expect(0).Error, StringComparison.Ordinal);

        using var serve = await _here.ServeAsync();
        (await _here.RunAsync("wait", "r1")).Expect(0);
        Write("etl.yaml", "two");
        (await _here.RunAsync("publish", "etl.yaml", "--team", "red")).Expect(0);
        (await _here.RunAsync("trigger", "etl", "--wait")).Expect(0);

        Assert.Equal((1, 1), (_here.Count("one"), _here.Count("two")));
        var shown = JsonDocument.Parse((await _here.RunAsync("dags", "show", "etl", "--json")).Expect(0).Output).RootElement;
        Assert.Equal((2, 2, "red"), (shown.GetProperty("versions").GetArrayLength(), shown.GetProperty("runs").GetArrayLength(), shown.GetProperty("dag").GetProperty("team").GetString()));
        Assert.Contains("did you mean 'etl'", (await _here.RunAsync("trigger", "elt")).Expect(2).Error, StringComparison.Ordinal);
        // Whoever can open the folder is its admin, whatever team a DAG belongs to.
        (await _here.RunAsync("dags", "delete", "etl")).Expect(0);
    }

    [Fact]
    public async Task Experiment_BesideItsDag_LeavesItAsItIs()
    {
        Write("etl.yaml", "one");
        (await _here.RunAsync("publish", "etl.yaml")).Expect(0);
        Write("etl.yaml", "two");
        (await _here.RunAsync("publish", "etl.yaml", "--experiment", "wider")).Expect(0);
        using var serve = await _here.ServeAsync();

        (await _here.RunAsync("trigger", "etl@wider", "--label", "try=1", "--wait")).Expect(0);
        (await _here.RunAsync("trigger", "etl", "--wait")).Expect(0);

        Assert.Equal((1, 1), (_here.Count("one"), _here.Count("two")));
        Assert.Contains("etl@wider", (await _here.RunAsync("experiments", "list", "etl")).Expect(0).Output, StringComparison.Ordinal);
        (await _here.RunAsync("experiments", "delete", "etl@wider")).Expect(0);
        Assert.Contains("no experiments", (await _here.RunAsync("experiments", "list")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^etl +1 ", (await _here.RunAsync("dags", "list")).Expect(0).Output);
    }

    [Fact]
    public async Task Serve_FolderOfDags_PublishesWhatIsGoodAndWhatChanges()
    {
        Directory.CreateDirectory(Path.Combine(_here.Folder, "dags"));
        Write("dags/good.yaml", "one", "good");
        _here.Write("dags/bad.yaml", "name: bad\ntasks: { a: { after: b, shell: { script: 'true' } } }\n");
        using var serve = _here.Start("serve", "--dags", "dags");
        await serve.LineAsync("bad.yaml is not published");
        await serve.LineAsync("good version 1 ");
        await serve.LineAsync("Serving ");

        Write("dags/good.yaml", "two", "good");
        await serve.LineAsync("good version 2 ");
        Write("dags/new.yaml", "three", "new");
        await serve.LineAsync("new version 1 ");

        (await _here.RunAsync("trigger", "new", "--wait")).Expect(0);
        Assert.Equal(1, _here.Count("three"));
        File.Delete(Path.Combine(_here.Folder, "dags", "new.yaml"));
        await serve.LineAsync("new.yaml is gone");
    }

    [Fact]
    public async Task Pause_Dag_IsShownWithItsReason()
    {
        _here.Write("etl.yaml", "name: etl\nschedule: { cron: '0 6 * * *' }\ntasks: { a: { shell: { script: 'true' } } }\n");
        (await _here.RunAsync("publish", "etl.yaml")).Expect(0);
        Assert.Contains("06:00:00Z", (await _here.RunAsync("dags", "show", "etl")).Expect(0).Output, StringComparison.Ordinal);

        (await _here.RunAsync("dags", "pause", "etl", "--reason", "the source is down")).Expect(0);

        Assert.Contains("the source is down", (await _here.RunAsync("dags", "list")).Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("06:00:00Z", (await _here.RunAsync("dags", "show", "etl")).Expect(0).Output, StringComparison.Ordinal);
        (await _here.RunAsync("dags", "unpause", "etl")).Expect(0);
    }

    [Fact]
    public async Task Queue_MessageForADag_MakesOneRun()
    {
        Write("etl.yaml", "one");
        (await _here.RunAsync("publish", "etl.yaml")).Expect(0);
        (await _here.RunAsync("queue", "send", "{}", "--id", "m1", "--property", "dag=etl", "--property", "run_id=r1")).Expect(0);
        (await _here.RunAsync("queue", "send", "{}", "--id", "m2", "--property", "dag=none")).Expect(0);

        using var serve = await _here.ServeAsync();
        await serve.LineAsync("r1 success");
        await serve.LineAsync("Alert dead-letter");

        (await _here.RunAsync("queue", "send", "{}", "--id", "m1", "--property", "dag=etl", "--property", "run_id=r1")).Expect(0);
        var dead = JsonDocument.Parse((await _here.RunAsync("queue", "dead", "--json")).Expect(0).Output).RootElement;
        Assert.Equal("m2", Assert.Single(dead.EnumerateArray()).GetProperty("message").GetProperty("id").GetString());
        Assert.Contains("dead-letter", (await _here.RunAsync("alerts")).Expect(0).Output, StringComparison.Ordinal);
        (await _here.RunAsync("queue", "purge", dead[0].GetProperty("name").GetString()!)).Expect(0);
        Assert.Contains("UPD6012", (await _here.RunAsync("queue", "requeue", "nothing")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(1, _here.Count("one"));
    }

    [Fact]
    public async Task Health_ServedAndNot_SaysSo()
    {
        Write("etl.yaml", "one");
        (await _here.RunAsync("publish", "etl.yaml")).Expect(0);
        Assert.Contains("No process serves", (await _here.RunAsync("health")).Expect(5).Output, StringComparison.Ordinal);

        using var serve = await _here.ServeAsync();

        Assert.Contains("A process serves", (await _here.RunAsync("health")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("Removed 0 runs", (await _here.RunAsync("retention", "run")).Expect(0).Output, StringComparison.Ordinal);
    }

    private void Write(string file, string mark, string name = "etl") => _here.Write(file, $"name: {name}\ntasks: {{ a: {{ shell: {{ script: 'echo x >> \"$MARKS/{mark}\"' }} }} }}\n");
}
