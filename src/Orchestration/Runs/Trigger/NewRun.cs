using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>From what a trigger asks to what the run is asked: checked, with all defaults filled in. Pure.</summary>
internal static class NewRun
{
    /// <summary>What the run is asked.</summary>
    /// <exception cref="UpdraftException"><see cref="RunErrors.ConfRefused"/>, <see cref="RunErrors.RunIdRefused"/>, <see cref="TriggerErrors.TextRefused"/>, <see cref="DagErrors.BadBusinessKey"/>, <see cref="DagErrors.BadLabel"/>.</exception>
    public static RunRequest RequestOf(TriggerRun trigger, string hash, DateTimeOffset now)
    {
        CheckTexts(trigger);
        var conf = trigger.Conf ?? JsonSerializer.SerializeToElement(new { });
        if (Encoding.UTF8.GetByteCount(conf.GetRawText()) is > RunClient.MaxConf and var bytes) throw new UpdraftException(RunErrors.ConfRefused, $"the conf has {bytes:N0} bytes; {RunClient.MaxConf:N0} are allowed");
        var checkedConf = ConfCheck.Apply(trigger.Dag.Params, conf);
        if (!checkedConf.Problems.IsEmpty) throw new UpdraftException(RunErrors.ConfRefused, string.Join("; ", checkedConf.Problems.Select(each => $"{each.Place.Path}: {each.Message}")));
        var logicalDate = trigger.LogicalDate ?? now;
        var schedule = trigger.Dag.Schedule is { HasTicks: true } spec ? Schedule.Create(spec) : null;
        var interval = trigger.DataInterval ?? schedule?.LastIntervalBefore(logicalDate);
        return new RunRequest
        {
            RunId = RunClient.CheckedId(trigger.RunId ?? RunClient.NewId(trigger.Trigger, now)),
            Dag = trigger.PublishedAs ?? trigger.Dag.Name,
            DagHash = hash,
            Package = trigger.Package,
            Conf = conf,
            Params = checkedConf.Params,
            LogicalDate = logicalDate,
            DataIntervalStart = interval?.Start ?? logicalDate,
            DataIntervalEnd = interval?.End ?? logicalDate,
            CreatedAt = now,
            Trigger = trigger.Trigger,
            TriggeredBy = trigger.TriggeredBy,
            Labels = DagLabels.Of(trigger.Dag, trigger.Labels, checkedConf.Params, conf),
            BusinessKey = trigger.BusinessKey ?? BusinessKeys.Of(trigger.Dag, checkedConf.Params, conf),
            Indexed = ConfTerms.Of(trigger.Dag.Params, checkedConf.Params),
            Note = trigger.Note,
            Previous = trigger.Previous,
            DatasetEvents = trigger.DatasetEvents,
            Partition = trigger.Partition,
            RerunOf = trigger.RerunOf,
            Parent = trigger.Parent,
            Root = trigger.Root,
            Team = trigger.Team,
            About = trigger.About,
            TellsDag = trigger.TellsDag,
            Operators = trigger.Operators.ToImmutableSortedDictionary(manifest => manifest.Name, OperatorTraits.Of, StringComparer.Ordinal),
        };
    }

    private static void CheckTexts(TriggerRun trigger)
    {
        Check("the trigger", trigger.Trigger, RunClient.MaxTriggerName);
        Check("the name of who triggers", trigger.TriggeredBy, RunClient.MaxName);
        Check("the business key", trigger.BusinessKey, RunClient.MaxBusinessKey);
        if (trigger.BusinessKey is { } key && (key.Length == 0 || key.Trim().Length != key.Length)) throw new UpdraftException(TriggerErrors.TextRefused, "the business key is empty, or has space at its ends");
        InputText.Checked(TriggerErrors.TextRefused, "the note", trigger.Note, RunClient.MaxNote, lines: true);
        if (trigger.Labels.Count > RunClient.MaxLabels) throw new UpdraftException(TriggerErrors.TextRefused, $"{trigger.Labels.Count} labels are given; {RunClient.MaxLabels} are allowed");
        foreach (var (name, value) in trigger.Labels)
        {
            if (name.Length == 0) throw new UpdraftException(TriggerErrors.TextRefused, "the name of a label is empty");
            Check("the name of a label", name, RunClient.MaxLabelName);
            Check($"the value of the label '{name}'", value, RunClient.MaxLabelValue);
        }
        foreach (var other in new[] { trigger.Previous, trigger.RerunOf, trigger.Parent, trigger.Root }.OfType<string>()) RunClient.CheckedId(other);
    }

    private static void Check(string what, string? text, int max) => InputText.Checked(TriggerErrors.TextRefused, what, text, max);
}
