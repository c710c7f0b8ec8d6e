namespace Updraft.Orchestration.Tests;
public sealed class DebugTmp
{
    [Fact]
    public void Dump()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("SEED") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var plan = PlanCompiler.Compile(RandomDag.Make(seed));
        var text = new System.Text.StringBuilder();
        foreach (var g in plan.Spec.Groups) text.AppendLine($"GROUP {g.Id} after [{string.Join(',', g.After)}] map {g.Map?.Over} retries {g.Retries} {g.RetryDelay}");
        foreach (var t in plan.Spec.Tasks) text.AppendLine($"TASK {t.Id} {t.TriggerRule} {t.Kind} after [{string.Join(',', t.After)}] map {t.Map?.Over} td {(t.Teardown is { } d ? string.Join(',', d.Of) + d.Counts : "")} retries {t.Retry.Retries} respect {t.RespectTriggerRules}");
        var d2 = new RunDriver(plan, new Script(plan, seed), seed * 31 + int.Parse(Environment.GetEnvironmentVariable("ORDER") ?? "0", System.Globalization.CultureInfo.InvariantCulture));
        if (Environment.GetEnvironmentVariable("RELOAD") is not null) d2 = new RunDriver(plan, new Script(plan, seed), seed, 6);
        try { d2.Run(); } catch (Exception e) { text.AppendLine(e.Message); }
        foreach (var i in d2.State.Instances) text.AppendLine($"{i} shown {i.IsShown} {i.State} {i.Reason} try {i.Try} {i.Clearing?.Id}");
        text.AppendLine(System.Text.Json.JsonSerializer.Serialize(d2.State.Store(new RunBody()), OrchestrationJson.Options));
        if (Environment.GetEnvironmentVariable("PARTS") is not null)
        {
            text.Clear();
            var spec = RandomDag.Make(seed);
            spec = spec with { Groups = [.. spec.Groups.Select(group => group with { Retries = 0 })], Tasks = [.. spec.Tasks.Select(task => task with { Retry = Dags.RetrySpec.None })] };
            plan = PlanCompiler.Compile(spec);
            foreach (var g in plan.Spec.Groups) text.AppendLine($"GROUP {g.Id} after [{string.Join(',', g.After)}] map {g.Map?.Over} retries {g.Retries} {g.RetryDelay}");
            foreach (var t in plan.Spec.Tasks) text.AppendLine($"TASK {t.Id} {t.TriggerRule} {t.Kind} after [{string.Join(',', t.After)}] map {t.Map?.Over} td {(t.Teardown is { } d ? string.Join(',', d.Of) + d.Counts : "")} retries {t.Retry.Retries} respect {t.RespectTriggerRules} maxactive {t.Map?.MaxActive}");
            var a = new ActorsDriver(plan, new Script(plan, seed), seed, seed % 2 == 0 ? 0 : 8);
            foreach (var (k, v) in new ReferenceModel(plan, new Script(plan, seed)).All()) text.AppendLine($"expected {k} {v}");
            try { a.Drive(); } catch (Exception e) { text.AppendLine(e.Message); }
            foreach (var l in a.Raw()) text.AppendLine(l);
            text.AppendLine(System.Text.Json.JsonSerializer.Serialize(a.Body, OrchestrationJson.Options));
            text.AppendLine(a.Log.ToString());
        }
        File.WriteAllText("/tmp/dump.txt", text.ToString());
    }
}
