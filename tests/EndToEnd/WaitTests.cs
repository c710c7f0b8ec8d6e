namespace Updraft.EndToEnd;

/// <summary>A command that drives one run drives what that run waits for.</summary>
public sealed class WaitTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Run_TaskThatWaits_GoesOnWhenItsConditionHolds()
    {
        _here.Write("dag.yaml", """
            name: waits
            tasks:
              landed: { file: { path: '$MARKS/go', interval: 1s } }
              after: { after: landed, shell: { script: 'echo x >> "$MARKS/after"' } }
            """);
        using var run = _here.Start("run", "dag.yaml", "--run-id", "r1");
        await run.LineAsync("waiting  landed");

        _here.Mark("go");

        (await run.EndAsync()).Expect(0);
        Assert.Equal(1, _here.Count("after"));
    }

    [Fact]
    public async Task Run_TaskThatStartsADag_GoesOnWhenThatHasEnded()
    {
        _here.Write("inner/dag.yaml", "name: inner\ntasks: { a: { shell: { script: 'echo x >> \"$MARKS/inner\"' } } }\n");
        _here.Write("middle/dag.yaml", "name: middle\ntasks: { call: { dag: { dag: inner } } }\n");
        _here.Write("outer/dag.yaml", "name: outer\ntasks: { call: { dag: { dag: middle } } }\n");
        foreach (var dag in new[] { "inner", "middle" }) (await _here.RunAsync("publish", dag)).Expect(0);

        (await _here.RunAsync("run", "outer")).Expect(0);

        Assert.Equal(1, _here.Count("inner"));
    }
}
