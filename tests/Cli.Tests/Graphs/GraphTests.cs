using Updraft.Dags;
using static Updraft.Cli.Tests.Pictures;

namespace Updraft.Cli.Tests;

public sealed class GraphTests
{
    private static readonly DagSpec Sample = Dag(
        Task("list"),
        Task("g.fit") with { Retry = new RetrySpec { Retries = 2 } },
        Task("g.choose", "g.fit") with { Kind = TaskKind.Branch },
        Task("notify", "g") with { TriggerRule = TriggerRule.AllDone }) with
    {
        Description = "Trains.",
        Groups = [MappedGroup("g", "list")],
    };

    [Fact]
    public void Text_Dag_ListsGroupsAroundTheirTasks() => Assert.Equal(
        [
            "train: Trains.",
            "  list      shell",
            "  g/        group  after list   mapped over [1,2]",
            "    fit     shell               2 retries",
            "    choose  shell  after g.fit  branch",
            "  notify    shell  after g      all_done",
        ],
        GraphText.Of(Sample));

    [Fact]
    public void Mermaid_Dag_HasNodesSubgraphsAndEdges() => Assert.Equal(
        [
            "flowchart LR",
            "  n0[\"list\"]",
            "  subgraph n4[\"g ×\"]",
            "    n1[\"fit\"]",
            "    n2{\"choose\"}",
            "  end",
            "  n3[\"notify\"]",
            "  n1 --> n2",
            "  n4 --> n3",
            "  n0 --> n4",
        ],
        MermaidText.Of(Sample));
}
