namespace Updraft.Orchestration.Tests;

/// <summary>RunState against the reference model, on random DAGs of every shape.</summary>
public sealed class RunStateModelTests
{
    private const int Cases = 10_000;

    [Fact]
    public void Run_AnyOrderOfEvents_EndsAsTheReferenceModelSays() => Parallel.For(0, Cases, seed =>
    {
        var plan = PlanCompiler.Compile(RandomDag.Make(seed));
        var script = new Script(plan, seed);
        var expected = new ReferenceModel(plan, script).All();
        for (var order = 0; order < 2; order++) Check(seed, plan, script, expected, new RunDriver(plan, script, seed * 31 + order));
    });

    [Fact]
    public void Run_ExecutionsLostAndDocumentLoaded_EndsAsTheReferenceModelSays() => Parallel.For(0, Cases / 4, seed =>
    {
        var plan = PlanCompiler.Compile(RandomDag.Make(seed));
        var script = new Script(plan, seed);
        Check(seed, plan, script, new ReferenceModel(plan, script).All(), new RunDriver(plan, script, seed, reloadOneIn: 6));
    });

    [Fact]
    public void Run_MapsSplitIntoParts_EndsAsTheReferenceModelSays()
    {
        var parts = 0;
        Parallel.For(0, Cases / 4, seed =>
        {
            // Retries count from the attempts of the groups around, which only the state itself knows: left to the tests above.
            var spec = RandomDag.Make(seed);
            spec = spec with { Groups = [.. spec.Groups.Select(group => group with { Retries = 0 })], Tasks = [.. spec.Tasks.Select(task => task with { Retry = Dags.RetrySpec.None })] };
            var plan = PlanCompiler.Compile(spec);
            var script = new Script(plan, seed);
            var expected = new ReferenceModel(plan, script).All();
            var driver = new ActorsDriver(plan, script, seed, reloadOneIn: seed % 2 == 0 ? 0 : 8);
            try
            {
                driver.Drive();
                Compare(seed, expected, driver.States());
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
            Interlocked.Add(ref parts, driver.PartCount);
        });
        Assert.True(parts > 500, $"only {parts} parts were made");
    }

    private static void Check(int seed, RunPlan plan, Script script, SortedDictionary<string, TaskState> expected, RunDriver driver)
    {
        try
        {
            driver.Run();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
        }
        Compare(seed, expected, driver.States());
        if (plan.Spec.MaxActiveTasks is { } most) Assert.True(driver.MostActive <= most, $"seed {seed}: {driver.MostActive} attempts at once, {most} allowed");
    }

    private static void Compare(int seed, SortedDictionary<string, TaskState> expected, SortedDictionary<string, TaskState> actual)
    {
        var differences = expected.Keys.Union(actual.Keys).Where(key => !expected.TryGetValue(key, out var a) || !actual.TryGetValue(key, out var b) || a != b)
            .Select(key => $"{key}: expected {(expected.TryGetValue(key, out var e) ? e : null)}, was {(actual.TryGetValue(key, out var was) ? was : null)}").ToArray();
        Assert.True(differences.Length == 0, $"seed {seed}: {string.Join("; ", differences)}");
    }
}
