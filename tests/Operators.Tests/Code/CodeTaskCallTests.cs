using System.Reflection;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

public sealed class CodeTaskCallTests
{
    [Theory]
    [InlineData(nameof(Methods.Value), "3", "4")]
    [InlineData(nameof(Methods.ValueOfTask), "3", "4")]
    [InlineData(nameof(Methods.ValueOfValueTask), "3", "4")]
    [InlineData(nameof(Methods.Nothing), "3", null)]
    [InlineData(nameof(Methods.NothingOfTask), "3", null)]
    [InlineData(nameof(Methods.WithoutInput), null, "\"done\"")]
    [InlineData(nameof(Methods.DefaultInput), null, "7")]
    public async Task Run_OfEveryShapeOfMethod_HandsOver(string method, string? input, string? expected)
    {
        var call = CodeTaskCall.Find(Assembly.GetExecutingAssembly(), typeof(Methods).FullName!, method);

        var output = await call.RunAsync(input is null ? default : TestAttempts.Json(input), null!, CancellationToken.None);

        Assert.Equal(expected, output?.GetRawText());
    }

    [Fact]
    public async Task Run_OfALambdaThatCapturesNothing_IsFoundByItsName()
    {
        Func<int, int> twice = number => 2 * number;
        var (className, method) = CodeTaskCall.NameOf(twice);

        var output = await CodeTaskCall.Find(Assembly.GetExecutingAssembly(), className, method).RunAsync(TestAttempts.Json("21"), null!, CancellationToken.None);

        Assert.Equal(42, output!.Value.GetInt32());
    }

    [Fact]
    public void Name_OfALambdaThatCaptures_IsRefused()
    {
        var factor = Random.Shared.Next();

        var failure = Assert.Throws<UpdraftException>(() => CodeTaskCall.NameOf((int number) => factor * number));

        Assert.Equal(OperatorErrors.CodeTask, failure.Code);
    }

    [Theory]
    [InlineData("TwoInputs", "is no code task")]
    [InlineData("Missing", "has no static method 'Missing'")]
    [InlineData("Overloaded", "has 2 methods named 'Overloaded'")]
    public void Find_MethodThatWillNotDo_SaysWhy(string method, string message)
    {
        var failure = Assert.Throws<UpdraftException>(() => CodeTaskCall.Find(Assembly.GetExecutingAssembly(), typeof(Methods).FullName!, method));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MethodThrows_ThrowsTheSame()
    {
        var call = CodeTaskCall.Find(Assembly.GetExecutingAssembly(), typeof(Methods).FullName!, nameof(Methods.Throws));

        Assert.Equal("why", (await Assert.ThrowsAsync<SkipTaskException>(() => call.RunAsync(default, null!, CancellationToken.None))).Message);
    }

    [Fact]
    public void Builder_WithCode_WritesClassMethodAndInput()
    {
        var dag = new DagBuilder("d");
        dag.Code("a", Methods.Value, new { theNumber = 3 });

        var task = dag.Build().Tasks.Single();

        Assert.Equal("code", task.Operator);
        Assert.Equal(
            $$$"""{"class":"{{{typeof(Methods).FullName}}}","input":{"theNumber":3},"method":"Value"}""",
            JsonSerializer.Serialize(task.With, CodeJson.Options));
    }

    internal static class Methods
    {
        public static int Value(int input, TaskContext context, CancellationToken stop) => input + 1;

        public static async Task<int> ValueOfTask(int input)
        {
            await Task.Yield();
            return input + 1;
        }

        public static ValueTask<int> ValueOfValueTask(int input, CancellationToken stop) => new(input + 1);

        public static void Nothing(int input) => Assert.Equal(3, input);

        public static Task NothingOfTask(int input) => Task.CompletedTask;

        public static string WithoutInput(TaskContext context) => "done";

        public static int DefaultInput(int input = 7) => input;

        public static int TwoInputs(int one, int two) => one + two;

        public static int Overloaded(int one) => one;

        public static string Overloaded(string one) => one;

        public static void Throws() => throw new SkipTaskException("why");
    }
}
