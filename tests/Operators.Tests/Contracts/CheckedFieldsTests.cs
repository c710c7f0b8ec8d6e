using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>Rules over several fields are held when a DAG is validated, and not only when it is too late.</summary>
public sealed class CheckedFieldsTests
{
    [Theory]
    [InlineData("file: { path: landing/x, interval: 1m }", "must be a full path")]
    [InlineData("file: { path: /landing/x, interval: 10ms }", "an interval of 1s or more")]
    [InlineData("blob: { connection: lake, container: raw, prefix: x, min_count: 0 }", "min_count is 1 or more")]
    [InlineData("sql_wait: { connection: warehouse, sql: 'select 1; select 2' }", "sql of a wait is one query")]
    [InlineData("time: { time_of_day: noon }", "is written 08:30")]
    [InlineData("time: { time_of_day: '08:30', time_zone: Mars/Olympus }", "is not in the tz database")]
    [InlineData("time: { at: tomorrow }", "is no instant")]
    [InlineData("dag_run: { dag: other, logical_date: yesterday }", "is no instant")]
    [InlineData("dag_run: { dag: other, latest_within: 1d, task: load }", "leave out latest_within, or the others")]
    [InlineData("http: { url: 'https://example.org', max_bytes: 0 }", "max_bytes is 0")]
    [InlineData("http_job: { url: 'https://example.org', interval: 2m, max_interval: 1m }", "max_interval no less")]
    [InlineData("sql: { connection: warehouse, sql: 'select 1', max_rows: 0 }", "max_rows is 0")]
    [InlineData("shell: { command: [ls], args: [x] }", "args belong to a script")]
    [InlineData("python: { code: 'def main(): pass', restart_after: 0 }", "restart_after must be 1 or more")]
    [InlineData("email: { connection: mail, to: [], subject: s, text: t }", "to names nobody")]
    [InlineData("databricks: { connection: bricks, run_now: { job_id: 1 }, existing_cluster_id: c }", "leave them out beside run_now")]
    [InlineData("approval: { question: Go on?, default: approve }", "a default needs a deadline")]
    [InlineData("approval: { question: Go on?, choices: [yes, no], fail_on: [never] }", "which is none of yes, no")]
    [InlineData("container_instances: { connection: azure, image: a, inputs: { rows: '{{ run.id }}' } }", "'files' is missing")]
    [InlineData("container_instances: { connection: azure, image: a, artifacts: { model: m }, files: null }", "inputs and artifacts need files")]
    [InlineData("container_apps_job: { connection: azure, job: j, artifacts: { model: m } }", "'files' is missing")]
    [InlineData("container_apps_job: { connection: azure, job: j, inputs: { rows: 1 }, files: null }", "inputs and artifacts need files")]
    [InlineData("container_apps_job: { connection: azure, job: j, share: jobs }", "'files' is missing")]
    public void Validate_FieldsThatBreakARule_NamesIt(string task, string why)
    {
        var problem = Assert.Single(Problems(task));

        Assert.Equal(DagErrors.BadOperatorField, problem.Code);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_FieldsWithATemplate_AreLeftToTheAttempt() => Assert.Empty(Problems("file: { path: '{{ run.id }}' }"));

    [Theory]
    [InlineData("container_instances: { connection: azure, image: a, files: lake, inputs: { rows: 1 } }")]
    [InlineData("container_apps_job: { connection: azure, job: j }")]
    public void Validate_FilesOfContainers_AreFine(string task) => Assert.Empty(Problems(task));

    [Fact]
    public void Validate_FieldsThatFit_AreFine() => Assert.Empty(Problems("approval: { question: Go on?, deadline: 1d, default: approve }"));

    private static System.Collections.Immutable.ImmutableArray<Problem> Problems(string task) =>
        DagValidator.Validate(Assert.Single(DagYaml.Read($"name: d\ntasks:\n  t: {{ {task} }}\n").Dags).Dag, BuiltInOperators.Catalog.Manifests);
}
