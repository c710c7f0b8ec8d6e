using Updraft.Dags;
using Updraft.Operators;

namespace Greetings;

/// <summary>A DAG in C#.</summary>
public sealed class GreetingsDag : IDagSource
{
    public DagSpec Define()
    {
        var dag = new DagBuilder("greetings");
        var name = dag.Param("name", "world");
        var greet = dag.Task("greet", "greet", new { name });
        var count = dag.Code<WordCount>("count", new { text = "hello {{ params.name }}" });
        var shout = dag.Code("shout", Shout, new { words = "{{ tasks.count.output.words }}" });
        dag.Link(greet >> count >> shout);
        return dag.Build();
    }

    private static string Shout(ShoutInput input) => string.Join(' ', Enumerable.Repeat("HELLO", input.Words));

    private sealed record ShoutInput(int Words);
}
