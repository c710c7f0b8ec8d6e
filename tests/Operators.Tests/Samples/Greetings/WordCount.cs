using Microsoft.Extensions.Logging;
using Updraft.Operators;

namespace Greetings;

/// <summary>A code task: a class of the DAG's own, with typed input and output.</summary>
public sealed class WordCount : CodeTask<WordCount.Input, WordCount.Output>
{
    public sealed record Input(string Text, int AtLeast = 1);

    public sealed record Output(int Words);

    public override Task<Output> RunAsync(Input input, TaskContext context, CancellationToken stop)
    {
        var words = input.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (words < input.AtLeast) throw new SkipTaskException($"{words} words are too few");
        context.Logger.LogInformation("counted {Words} words in run {Run}", words, context.Run.RunId);
        return Task.FromResult(new Output(words));
    }
}
