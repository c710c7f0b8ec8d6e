using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>D3: mapped outputs fan in as a stream.</summary>
public sealed class MappedOutputsTests : IDisposable
{
    private const int Count = 10_000;
    private static int pulled;
    private static int mostAhead;
    private readonly TestAttempts _attempts = new();

    public MappedOutputsTests()
    {
        _attempts.With(new Calls());
        _attempts.Task("each", "shell", new { script = "true" });
        // All together they are far over what a task may gather.
        _attempts.MaxOutputBytes = 1 << 20;
        (pulled, mostAhead) = (0, 0);
        _attempts.LazyOutputs = Enumerable.Range(0, Count).Select(n =>
        {
            pulled++;
            return new OutputRef(JsonSerializer.SerializeToElement(new { n, text = "ü" }), null, 1_000);
        });
    }

    public void Dispose() => _attempts.Dispose();

    [Theory]
    [InlineData(nameof(SumAsync), "{{ tasks.each.outputs }}")]
    [InlineData(nameof(SumOfMemberAsync), "member")]
    public async Task Outputs_AsInputOfCode_AreReadOneAfterAnother(string method, string input)
    {
        var result = await CallAsync(method, input == "member" ? new { rows = "{{ tasks.each.outputs }}", factor = 2 } : input);

        Assert.True(result.Outcome == AttemptOutcome.Success, result.Reason);
        Assert.Equal((long)Count * (Count - 1) / 2 * (input == "member" ? 2 : 1), result.Output!.Value!.Value.GetInt64());
        Assert.Equal((Count, 1), (pulled, mostAhead));
    }

    [Fact]
    public async Task Outputs_AsInputOfAProcess_AreAFileOfLines()
    {
        var result = await _attempts.RunAsync("t", "shell", new
        {
            script = "printf '{\"lines\": %s, \"last\": %s}' \"$(wc -l < \"$UPDRAFT_INPUTS/rows\")\" \"$(tail -1 \"$UPDRAFT_INPUTS/rows\")\" > \"$UPDRAFT_OUTPUT\"",
            inputs = new { rows = "{{ tasks.each.outputs }}" },
        });

        Assert.True(result.Outcome == AttemptOutcome.Success, result.Reason);
        Assert.Equal("""{"lines":10000,"last":{"n":9999,"text":"ü"}}""", JsonSerializer.Serialize(result.Output!.Value, CodeJson.Options));
    }

    [Fact]
    public async Task Outputs_WhereCodeWantsAList_AreThatList()
    {
        _attempts.LazyOutputs = [new OutputRef(TestAttempts.Json("""{"n":1}""")), new OutputRef(TestAttempts.Json("""{"n":2}"""))];

        Assert.Equal(2, (await CallAsync(nameof(LengthAsync), "{{ tasks.each.outputs }}")).Output!.Value!.Value.GetInt32());
        Assert.Equal(3, (await CallAsync(nameof(SumOfMemberAsync), new { rows = "{{ tasks.each.outputs }}", factor = 1 })).Output!.Value!.Value.GetInt32());
        Assert.Equal(6, (await CallAsync(nameof(SumOfMemberAsync), new { rows = new[] { new { n = 2 } }, factor = 3 })).Output!.Value!.Value.GetInt32());
    }

    [Fact]
    public async Task Outputs_TooManyForAList_AreRefusedWithTheTask()
    {
        var result = await CallAsync(nameof(LengthAsync), "{{ tasks.each.outputs }}");

        Assert.Equal(OperatorErrors.Output, result.Code);
        Assert.Contains("the list of the outputs of 'each' is larger than 1 MB", result.Reason, StringComparison.Ordinal);
    }

    public static async Task<long> SumAsync(IAsyncEnumerable<Row> rows)
    {
        var (sum, seen) = (0L, 0);
        await foreach (var row in rows)
        {
            sum += row.N;
            mostAhead = Math.Max(mostAhead, pulled - seen++);
        }
        return sum;
    }

    public static async Task<long> SumOfMemberAsync(Rows input) => await SumAsync(input.All) * input.Factor;

    public static int LengthAsync(List<Row> rows) => rows.Count;

    private Task<AttemptResult> CallAsync(string method, object input) => _attempts.RunAsync("t", "calls", new { method, input });

    public sealed record Row(int N);

    public sealed record Rows(int Factor)
    {
        [System.Text.Json.Serialization.JsonPropertyName("rows")]
        public required IAsyncEnumerable<Row> All { get; init; }
    }

    public sealed record CallsFields
    {
        [Raw]
        public required string Method { get; init; }

        [Streams]
        public JsonElement Input { get; init; }
    }

    [Operator("calls")]
    private sealed class Calls : RunOperator<CallsFields>
    {
        public override async Task<TaskOutcome> RunAsync(TaskContext context, CallsFields fields, CancellationToken stop) =>
            await CodeTaskCall.Find(typeof(MappedOutputsTests).Assembly, typeof(MappedOutputsTests).FullName!, fields.Method).RunAsync(fields.Input, context, stop) is { } output ? TaskOutcome.Success(output) : TaskOutcome.Success();
    }
}
