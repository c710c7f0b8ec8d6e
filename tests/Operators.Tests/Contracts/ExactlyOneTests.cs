using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>One rule, one wording: what validation cannot see, since a template yields it, is held before the attempt.</summary>
public sealed class ExactlyOneTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Theory]
    [InlineData("{}", "exactly one of at, time_of_day, after is to be given, and none is")]
    [InlineData("""{"at":null}""", "exactly one of at, time_of_day, after is to be given, and none is")]
    [InlineData("""{"at":"2026-03-29T02:30:00Z","after":"1h"}""", "exactly one of at, time_of_day, after is to be given, and at and after are")]
    public void Bind_NotExactlyOne_SaysWhatValidationSays(string fields, string said)
    {
        var given = JsonDocument.Parse(fields).RootElement;

        var refused = Assert.Throws<UpdraftException>(() => OperatorFields.Bind<TimeFields>("time", given));
        var problem = Assert.Single(DagValidator.Validate(Assert.Single(DagYaml.Read($"name: d\ntasks:\n  t: {{ time: {fields} }}\n").Dags).Dag, BuiltInOperators.Catalog.Manifests));

        Assert.Equal(OperatorErrors.Fields, refused.Code);
        Assert.EndsWith(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_OneBesideNull_IsThatOne() => Assert.Equal("08:30", OperatorFields.Bind<TimeFields>("time", JsonDocument.Parse("""{"at":null,"time_of_day":"08:30"}""").RootElement).TimeOfDay);

    [Fact]
    public void Bind_RuleOfAnInheritedRecord_IsHeld() => Assert.Throws<UpdraftException>(() => OperatorFields.Bind<PythonFields>("python", JsonDocument.Parse("{}").RootElement));

    [Fact]
    public async Task Attempt_TemplateYieldsAnEmptyCommand_FailsForGoodAndSaysSo()
    {
        _attempts.Run = _attempts.Run with { Params = TestAttempts.Json("""{"words": []}""") };

        var result = await _attempts.RunAsync("t", "shell", new { command = "{{ params.words }}" });

        Assert.Equal(AttemptOutcome.FailedForGood, result.Outcome);
        Assert.Contains("command is empty", result.Reason, StringComparison.Ordinal);
    }
}
