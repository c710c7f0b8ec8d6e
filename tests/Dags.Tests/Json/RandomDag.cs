using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Dags.Tests;

/// <summary>DAGs with any fields set to any value that has a form; not necessarily ones that may run.</summary>
internal sealed class RandomDag(int seed)
{
    private readonly Random _random = new(seed);

    public DagSpec Next()
    {
        var groups = new List<GroupSpec>();
        var tasks = new List<TaskSpec>();
        Fill(null, 0, groups, tasks);
        var ids = tasks.Select(task => task.Id).Concat(groups.Select(group => group.Id)).ToArray();
        return DagOrder.Sort(new DagSpec
        {
            Name = "d" + seed,
            Description = Maybe(Text),
            Labels = Strings(),
            Params = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Many(() => KeyValuePair.Create(Name(), Param())).DistinctBy(pair => pair.Key)),
            Schedule = Maybe(Schedule),
            MaxActiveRuns = MaybeInt(),
            MaxQueuedRuns = MaybeInt(),
            MaxActiveTasks = MaybeInt(),
            BusinessKey = Maybe(Text),
            DependsOnPast = Flag(),
            PauseAfterFailures = MaybeInt(),
            Due = Maybe(Due),
            Callbacks = Callbacks() with { OnRetry = [], OnSkip = [] },
            Retention = Maybe(() => new RetentionSpec { Runs = MaybeTime(), Logs = MaybeTime(), Outputs = MaybeTime(), MaxRuns = MaybeInt() }),
            Outcome = Word<OutcomePolicy>(),
            RunTimeout = MaybeTime(),
            Lane = Flag() ? DagSpec.DefaultLane : Name(),
            Groups = [.. groups.Select(group => group with { After = Some(ids) })],
            Tasks = [.. tasks.Select(task => task with { After = Some(ids), Teardown = Maybe(() => new TeardownSpec { Of = Some(ids), Counts = Flag() }) })],
        });
    }

    private void Fill(string? group, int depth, List<GroupSpec> groups, List<TaskSpec> tasks)
    {
        // Few names, so that inner ones hide outer ones.
        foreach (var name in new[] { "a", "b", "c", "d" }.Where(_ => Flag()).DefaultIfEmpty("a"))
        {
            var id = group is null ? name : $"{group}.{name}";
            if (depth < 3 && _random.Next(3) == 0)
            {
                groups.Add(new GroupSpec { Id = id, Parent = group, Map = Maybe(Map), Retries = _random.Next(2), RetryDelay = Time(), Description = Maybe(Text) });
                Fill(id, depth + 1, groups, tasks);
            }
            else
            {
                tasks.Add(Task(id, group));
            }
        }
    }

    private TaskSpec Task(string id, string? group) => new()
    {
        Id = id,
        Group = group,
        Operator = Flag() ? "shell" : "my.operator",
        With = Fields(),
        TriggerRule = Word<TriggerRule>(),
        Kind = Word<TaskKind>(),
        RespectTriggerRules = Flag(),
        Setup = Flag(),
        Map = Maybe(Map),
        Retry = Retry(),
        Timeout = MaybeTime(),
        TaskTimeout = MaybeTime(),
        Pools = [.. Many(Name).Distinct().Order(StringComparer.Ordinal).Select(pool => new PoolUse(pool, 1 + _random.Next(3)))],
        Limit = Maybe(() => new KeyLimit(Text(), _random.Next())),
        Priority = _random.Next(-5, 5),
        DependsOnPast = Flag(),
        Due = Maybe(Due),
        Callbacks = Callbacks(),
        Produces = [.. Many(() => new DatasetOutput(Text(), Maybe(Text))).Distinct().OrderBy(output => output.Dataset, StringComparer.Ordinal).ThenBy(output => output.Partition, StringComparer.Ordinal)],
        Compute = Maybe(() => new ComputeProfile
        {
            Cpu = Flag() ? _random.NextDouble() : null,
            MemoryMb = MaybeInt(),
            Gpu = MaybeInt(),
            Image = Maybe(Text),
            NodeSelector = Strings(),
            Tolerations = [.. Many(Text)],
            Environment = Strings(),
        }),
        Labels = Strings(),
        Description = Maybe(Text),
    };

    private RetrySpec Retry() => new() { Retries = _random.Next(5), Delay = Time(), Backoff = Math.Round(1 + (_random.NextDouble() * 9), _random.Next(16)), MaxDelay = Time() };

    private DueSpec Due() => new() { After = MaybeTime(), From = Word<DueFrom>(), Factor = Flag() ? _random.NextDouble() : null };

    private Callbacks Callbacks() => new()
    {
        OnSuccess = [.. Many(Callback)],
        OnFailure = [.. Many(Callback)],
        OnRetry = [.. Many(Callback)],
        OnSkip = [.. Many(Callback)],
        OnLate = [.. Many(Callback)],
    };

    private CallbackSpec Callback() => new() { Operator = "my.operator", With = CanonicalJson.Of(Fields()), Retry = Retry(), Timeout = MaybeTime() };

    private JsonElement Fields() => JsonSerializer.SerializeToElement(Many(() => KeyValuePair.Create(Text(), Json(0))).DistinctBy(pair => pair.Key).ToDictionary());

    private DatasetCondition Condition(int depth) => _random.Next(depth > 3 ? 1 : 3) switch
    {
        0 => Text(),
        1 => new DatasetCondition { All = [.. Many(() => Condition(depth + 1)).DefaultIfEmpty("a")] },
        _ => new DatasetCondition { Any = [.. Many(() => Condition(depth + 1)).DefaultIfEmpty("a")] },
    };

    private ParamSpec Param() => new() { Schema = Flag() ? Json(2) : null, Default = Flag() ? Json(0) : null, Description = Maybe(Text), Indexed = Flag() };

    private ScheduleSpec Schedule() => new()
    {
        Cron = Maybe(Text),
        Every = MaybeTime(),
        TimeZone = Flag() ? ScheduleSpec.DefaultTimeZone : Text(),
        Start = Flag() ? DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(TimeSpan.TicksPerDay * 20_000)) : null,
        End = Flag() ? DateTimeOffset.UnixEpoch.AddSeconds(_random.Next()) : null,
        CatchUp = Word<CatchUp>(),
        Overlap = Word<Overlap>(),
        Grace = MaybeTime(),
        Datasets = Maybe(() => Condition(0).Canonical()),
        PerPartition = Flag(),
    };

    private MapSpec Map() => new() { Over = Json(1), Key = Maybe(Text), MaxLength = Flag() ? MapSpec.DefaultMaxLength : _random.Next(), MaxActive = MaybeInt() };

    private JsonElement Json(int depth) => JsonSerializer.SerializeToElement<object?>(_random.Next(depth > 3 ? 5 : 7) switch
    {
        0 => null,
        1 => Flag(),
        2 => _random.Next(-1000, 1000),
        3 => Math.Round(_random.NextDouble() * Math.Pow(10, _random.Next(-30, 30)), _random.Next(15)),
        4 => Text(),
        5 => Many(() => Json(depth + 1)),
        _ => Many(() => KeyValuePair.Create(Text(), Json(depth + 1))).DistinctBy(pair => pair.Key).ToDictionary(),
    });

    private string Text()
    {
        const string alphabet = "abc XYZ019_-.{}\"'\\/\n\t\r:#é漢\U0001F600<>&~!*\u0001\u2028";
        var text = string.Concat(Enumerable.Range(0, _random.Next(8)).Select(_ => alphabet[_random.Next(alphabet.Length)]));
        // Half of a pair is no text.
        return string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0xFFFD ? "?" : rune.ToString()));
    }

    private string Name() => "n" + _random.Next(20);

    private bool Flag() => _random.Next(2) == 0;

    private int? MaybeInt() => Flag() ? _random.Next() : null;

    private TimeSpan Time() => TimeSpan.FromMilliseconds(_random.NextInt64(Flag() ? 100_000 : 100_000_000_000));

    private TimeSpan? MaybeTime() => Flag() ? Time() : null;

    private T? Maybe<T>(Func<T> make)
        where T : class => Flag() ? make() : null;

    private T Word<T>()
        where T : struct, Enum => Enum.GetValues<T>()[_random.Next(Enum.GetValues<T>().Length)];

    private T[] Many<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];

    private ImmutableArray<string> Some(string[] ids) => [.. ids.Where(_ => _random.Next(4) == 0).Order(StringComparer.Ordinal)];

    private ImmutableSortedDictionary<string, string> Strings() =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Many(() => KeyValuePair.Create(Text(), Text())).DistinctBy(pair => pair.Key));
}
