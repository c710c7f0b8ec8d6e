using System.Text.Json;

namespace Updraft.Api.Tests;

public sealed class AirflowSchemaTests
{
    [Theory]
    [InlineData("Status", """{"status":null}""", 0)]
    [InlineData("Status", """{}""", 1)]
    [InlineData("Status", """{"status":1}""", 1)]
    [InlineData("Pools", """{"pools":[{}],"total_entries":"1"}""", 10)]
    [InlineData("LogLine", """{"event":"a","timestamp":"2026-01-01T00:00:00Z","more":1}""", 0)]
    [InlineData("LogLine", """{"event":"a","timestamp":"2026-01-01 00:00"}""", 1)]
    [InlineData("DagVersions", """{"dag_versions":{},"total_entries":1}""", 1)]
    [InlineData("(queued|running)", "\"paused\"", 1)]
    public void Problems_OfAnAnswer_AreAllFound(string type, string answer, int problems) =>
        Assert.Equal(problems, AirflowSchema.Problems(type, JsonSerializer.Deserialize<JsonElement>(answer), type).Count());
}
