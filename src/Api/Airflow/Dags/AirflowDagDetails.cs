using System.Collections.Immutable;
using System.Text.Json;
using System.Xml;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A DAG with all that is known of it.</summary>
internal sealed record AirflowDagDetails : AirflowDag
{
    public AirflowDagDetails(PublishedDag dag, DagSpec spec, DateTimeOffset now) : base(dag, spec, now)
    {
        Catchup = spec.Schedule is { CatchUp: not CatchUp.None };
        DagRunTimeout = spec.RunTimeout is { } timeout ? XmlConvert.ToString(timeout) : null;
        AssetExpression = spec.Schedule?.Datasets is { } datasets ? ExpressionOf(datasets) : null;
        StartDate = spec.Schedule?.Start;
        EndDate = spec.Schedule?.End;
        Params = spec.Params.ToImmutableSortedDictionary(param => param.Key, param => new AirflowParam(param.Value.Default, param.Value.Description, param.Value.Schema), StringComparer.Ordinal);
        Timezone = spec.Schedule?.TimeZone ?? ScheduleSpec.DefaultTimeZone;
        LatestDagVersion = AirflowDagVersion.Of(dag.Name, dag.Current!);
    }

    public bool Catchup { get; }

    public string? DagRunTimeout { get; }

    public object? AssetExpression { get; }

    public string? DocMd => Description;

    public DateTimeOffset? StartDate { get; }

    public DateTimeOffset? EndDate { get; }

    public bool? IsPausedUponCreation { get; } = false;

    public ImmutableSortedDictionary<string, AirflowParam> Params { get; }

    public bool RenderTemplateAsNativeObj { get; } = true;

    public ImmutableArray<string>? TemplateSearchPath { get; }

    public string? Timezone { get; }

    public DateTimeOffset? LastParsed => LastParsedTime;

    public JsonElement? DefaultArgs { get; }

    public ImmutableDictionary<string, string>? OwnerLinks { get; }

    public bool IsFavorite { get; }

    public int Concurrency => MaxActiveTasks;

    public AirflowDagVersion LatestDagVersion { get; }

    private static Dictionary<string, object> ExpressionOf(DatasetCondition condition) => condition switch
    {
        { Dataset: { } name } => new() { ["asset"] = new { Uri = name, Name = name, Group = "asset" } },
        { All.IsEmpty: false } => new() { ["all"] = condition.All.Select(ExpressionOf) },
        _ => new() { ["any"] = condition.Any.Select(ExpressionOf) },
    };
}

/// <summary>A param of a DAG.</summary>
internal sealed record AirflowParam(JsonElement? Value, string? Description, JsonElement? Schema);
