using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Dags;

/// <summary>
/// Waits that SQL declares (<see cref="DsWaitMarkers"/>) become tasks of the DAG: one per partition, however many tasks want it, upstream of each of
/// them. Where partitions are looked for, a task says in <c>waits</c>; without that, its own connection is asked. Pure.
/// </summary>
internal sealed class DsWaits
{
    private const string SqlOperator = "sql";
    private const string WaitOperator = "partition";
    private const string SqlField = "sql";
    private const string WaitsField = "waits";

    // What is the same for all tasks of a run: a wait that many share cannot depend on one of them.
    private static readonly ImmutableHashSet<TemplateRoot> OfTheRun =
    [
        TemplateRoot.Params, TemplateRoot.Conf, TemplateRoot.LogicalDate, TemplateRoot.DataIntervalStart, TemplateRoot.DataIntervalEnd, TemplateRoot.Partition,
        TemplateRoot.RunId, TemplateRoot.RunDag, TemplateRoot.RunLabels, TemplateRoot.RunBusinessKey,
    ];

    private readonly Dictionary<string, TaskSpec> _waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _firstUser = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken;
    private readonly List<(string Path, string Message)> _problems = [];

    private DsWaits(DagSpec dag) =>
        _taken = [.. dag.Tasks.Select(task => task.Id), .. dag.Groups.Select(group => group.Id)];

    /// <summary>A DAG with the waits that its SQL declares; the same DAG when there are none.</summary>
    public static Grown Grow(DagSpec dag)
    {
        if (!dag.Tasks.Any(task => task.Operator == SqlOperator)) return new Grown(dag, [], ImmutableDictionary<string, string>.Empty);
        var waits = new DsWaits(dag);
        var tasks = dag.Tasks.Select(waits.Task).ToImmutableArray();
        return new Grown(dag with { Tasks = [.. waits._waits.Values, .. tasks] }, [.. waits._problems], waits._firstUser.ToImmutableDictionary());
    }

    private TaskSpec Task(TaskSpec task)
    {
        if (task.Operator != SqlOperator || task.With.ValueKind != JsonValueKind.Object) return task;
        var fields = task.With.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        fields.Remove(WaitsField, out var waits);
        if (!fields.TryGetValue(SqlField, out var sql) || sql.ValueKind != JsonValueKind.String) return Without(task, fields);
        try
        {
            var (text, markers) = DsWaitMarkers.Read(sql.GetString()!);
            if (markers.IsEmpty) return Without(task, fields);
            fields[SqlField] = JsonSerializer.SerializeToElement(text);
            var upstream = markers.Select(marker => Wait(marker, task, fields, waits)).ToList();
            return Without(task, fields) with { After = [.. task.After.Concat(upstream).Distinct()] };
        }
        catch (FormatException e)
        {
            _problems.Add(($"tasks.{task.Id}.{SqlOperator}.{SqlField}", e.Message));
            return task;
        }
    }

    private static TaskSpec Without(TaskSpec task, Dictionary<string, JsonElement> fields) =>
        fields.Count == task.With.EnumerateObject().Count() && !fields.Any(field => !JsonElement.DeepEquals(field.Value, task.With.GetProperty(field.Key)))
            ? task
            : task with { With = CanonicalJson.Of(JsonSerializer.SerializeToElement(fields)) };

    /// <summary>The id of the wait for a partition, which is added when it is new.</summary>
    private string Wait(DsWaitMarker marker, TaskSpec task, Dictionary<string, JsonElement> fields, JsonElement waits)
    {
        Check(marker);
        var with = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (fields.TryGetValue("connection", out var connection)) with["connection"] = connection;
        if (waits.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in waits.EnumerateObject())
            {
                if (field.Value.ValueKind == JsonValueKind.Null) with.Remove(field.Name);
                else with[field.Name] = field.Value;
            }
        }
        with["table"] = marker.Table;
        with["partition"] = marker.Partition;
        var json = CanonicalJson.Of(JsonSerializer.SerializeToElement(with));
        var key = json.GetRawText();
        if (!_waits.TryGetValue(key, out var wait))
        {
            var id = IdOf(marker, key);
            _waits[key] = wait = new TaskSpec { Id = id, Operator = WaitOperator, With = json, Description = $"{marker.Partition} of {marker.Table}, for {task.Id}" };
            _firstUser[id] = task.Id;
        }
        return wait.Id;
    }

    private static void Check(DsWaitMarker marker)
    {
        try
        {
            foreach (var reference in Template.Parse(marker.Partition).References.Where(reference => !OfTheRun.Contains(reference.Root)))
                throw new FormatException($"the wait for '{marker.Table}@{marker.Value}' reads {reference}, and may read only what is the same for the whole run, as params and ds; write a task of operator '{WaitOperator}' instead");
        }
        catch (TemplateException e)
        {
            throw new FormatException($"the wait for '{marker.Table}@{marker.Value}' has a template that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Told by what is waited for, so that it stays when other waits come and go: words where they say it all, else with a digest.</summary>
    private string IdOf(DsWaitMarker marker, string key)
    {
        var value = marker.Value == DsWaitMarkers.Current ? DsWaitMarker.Column : marker.Value;
        var words = $"wait_{Words(marker.Table)}_{Words(value)}";
        var says = words.Length <= 50 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '=') && marker.Table.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
        var digest = "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..6];
        var id = says && !_taken.Contains(words) ? words : words[..Math.Min(words.Length, 50)].TrimEnd('_') + digest;
        _taken.Add(id);
        return id;
    }

    private static string Words(string text)
    {
        var words = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-') words.Append(c);
            else if (words.Length > 0 && words[^1] != '_') words.Append('_');
        }
        return words.ToString().Trim('_');
    }
}

/// <summary>A DAG with its waits.</summary>
/// <param name="Dag">The DAG.</param>
/// <param name="Problems">What is wrong with marks: the place in the DAG and what to do.</param>
/// <param name="WaitedForBy">Of each wait that was added, the task that asked for it first.</param>
internal sealed record Grown(DagSpec Dag, ImmutableArray<(string Path, string Message)> Problems, ImmutableDictionary<string, string> WaitedForBy);
