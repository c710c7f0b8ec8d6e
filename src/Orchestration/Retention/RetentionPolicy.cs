using System.Text.Json;
using System.Text.Json.Serialization;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>How long what runs leave behind is kept. A DAG's own <see cref="RetentionSpec"/> goes before the host's policy, field by field.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Documents and history of ended runs, from their end. Default 90 days.</summary>
    public TimeSpan Runs { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Logs of ended runs, from their end. Default 30 days.</summary>
    public TimeSpan Logs { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Outputs and files of ended runs, from their end. Default 30 days.</summary>
    public TimeSpan Outputs { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Ended runs kept of a DAG, 1 or more. Default 1,000.</summary>
    public int MaxRuns { get; init; } = 1_000;

    /// <summary>How long the id of a purged run is remembered, so that nothing runs under it again. Default 90 days.</summary>
    public TimeSpan IdMemory { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a version of a DAG stays that no run and no published DAG refers to, and a package that no version and no run refers to; 2 days or more. Default 7 days.</summary>
    public TimeSpan UnusedVersions { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Versions of a DAG that are listed, the newest ones, 1 or more; runs keep theirs readable. Default 100.</summary>
    public int Versions { get; init; } = 100;

    /// <summary>Events of datasets, from when they landed. The last of each partition stays. Default 180 days.</summary>
    public TimeSpan Datasets { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Backfills, from their end. Default 90 days.</summary>
    public TimeSpan Backfills { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Alerts, from when they were raised. Default 90 days.</summary>
    public TimeSpan Alerts { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Figures of days, by which the fleet is shown. Default 400 days.</summary>
    public TimeSpan Statistics { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Entries of the audit log. Default 365 days.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(365);

    private static readonly JsonSerializerOptions Json = new(OrchestrationJson.Options) { Converters = { new Duration() } };

    private static readonly TimeSpan LeastUnused = TimeSpan.FromDays(2);

    /// <summary>Reads a policy that a person wrote: JSON, lengths of time as in <c>30d</c>. What it leaves out has its default.</summary>
    /// <exception cref="UpdraftException"><see cref="RetentionErrors.PolicyRefused"/>.</exception>
    public static RetentionPolicy Parse(string json)
    {
        try
        {
            return (JsonSerializer.Deserialize<RetentionPolicy>(json, Json) ?? new()).Checked();
        }
        catch (JsonException e)
        {
            throw Refuse(e.Message, e);
        }
    }

    /// <summary>This policy, when it is one that can be kept to.</summary>
    /// <exception cref="UpdraftException"><see cref="RetentionErrors.PolicyRefused"/>.</exception>
    public RetentionPolicy Checked()
    {
        if (MaxRuns < 1 || Versions < 1) throw Refuse("'maxRuns' and 'versions' are 1 or more");
        if (new[] { Runs, Logs, Outputs, IdMemory, Datasets, Backfills, Alerts, Statistics, Audit }.Any(each => each < TimeSpan.Zero)) throw Refuse("no length of time is less than none");
        return UnusedVersions >= LeastUnused ? this : throw Refuse("'unusedVersions' is 2 days or more: a version may be on its way to a run");
    }

    /// <summary>The policy for a DAG.</summary>
    public RetentionPolicy For(RetentionSpec? dag) => dag is null ? this : this with
    {
        Runs = dag.Runs ?? Runs,
        Logs = dag.Logs ?? Logs,
        Outputs = dag.Outputs ?? Outputs,
        MaxRuns = dag.MaxRuns ?? MaxRuns,
    };

    private static UpdraftException Refuse(string why, Exception? cause = null) => new(RetentionErrors.PolicyRefused, $"the policy of retention is refused: {why}", cause);

    private sealed class Duration : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String && Durations.TryParse(reader.GetString()!, out var length) ? length : throw new JsonException("a length of time is written as in 30d, 12h or 1d12h");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Format(value));
    }
}

/// <summary>Codes of what is wrong with what is to be kept; <c>docs/errors.md</c> lists them.</summary>
public static class RetentionErrors
{
    /// <summary>A policy of retention cannot be read, or not be kept to.</summary>
    public const string PolicyRefused = "UPD2092";
}
