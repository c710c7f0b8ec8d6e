namespace Updraft.Dags;

/// <summary>Schemas of params are sound, and defaults fit them.</summary>
internal static class ParamRules
{
    public static void Check(DagFacts facts)
    {
        foreach (var (name, param) in facts.Dag.Params)
        {
            var path = $"params.{name}";
            if (param.Schema is { } schema)
            {
                var flaws = JsonSchema.Check(schema);
                foreach (var flaw in flaws) facts.Report(DagErrors.BadSchema, ConfCheck.Join($"{path}.schema", flaw.Path), flaw.Message);
                if (flaws.IsEmpty && param.Default is { } @default)
                {
                    foreach (var problem in JsonSchema.Validate(schema, @default)) facts.Report(DagErrors.BadDefault, ConfCheck.Join($"{path}.default", problem.Path), $"the default does not fit the schema: {problem.Message}");
                }
            }
            if (param.Default is null && facts.Dag.Schedule is not null)
                facts.Report(DagErrors.Contradiction, path, $"the param '{name}' has no default, and runs that the schedule starts are given no conf; give it a default");
        }
    }
}
