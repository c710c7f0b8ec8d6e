namespace Updraft.EndToEnd;

/// <summary>reliability.md: "input that crashes the host each time is set aside after 3, others go on".</summary>
public sealed class PoisonTests : IDisposable
{
    private const string Dag = """
        name: poison
        tasks:
          kills: { die: { } }
          works: { shell: { script: 'echo x >> "$MARKS/works"' } }
        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="$(UpdraftAssemblies)/Updraft.Dags.dll" Private="false" />
            <Reference Include="$(UpdraftAssemblies)/Updraft.Orchestration.dll" Private="false" />
            <Reference Include="$(UpdraftAssemblies)/Updraft.Operators.dll" Private="false" />
          </ItemGroup>
        </Project>
        """;

    private const string Code = """
        using System.Diagnostics;
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;
        using Updraft.Operators;

        [Operator("die")]
        public sealed class Die : RunOperator<Die.DieFields>
        {
            public sealed record DieFields;

            public override Task<TaskOutcome> RunAsync(TaskContext context, DieFields fields, CancellationToken stop)
            {
                File.AppendAllText("$MARKS/kills", "x\n");
                Process.GetCurrentProcess().Kill();
                return Task.FromResult(TaskOutcome.Success());
            }
        }
        """;

    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Task_ThatKillsTheProcess_IsNotRunAFourthTime()
    {
        _here.Write("dag/dag.yaml", Dag);
        _here.Write("dag/Poison.csproj", Project);
        _here.Write("dag/Die.cs", Code);

        for (var death = 1; death <= 3; death++) Assert.NotInRange((await _here.RunAsync("run", "dag", "--run-id", "r1")).ExitCode, 0, 9);
        var ended = (await _here.RunAsync("run", "dag", "--run-id", "r1")).Expect(1);

        Assert.Contains("the host died three times in a row while it was at work", ended.Output + ended.Error, StringComparison.Ordinal);
        Assert.Equal(3, _here.Count("kills"));
        Assert.Equal(["success"], (await _here.ShowAsync("r1")).StatesOf("works"));
    }
}
