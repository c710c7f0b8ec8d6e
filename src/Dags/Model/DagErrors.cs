using System.Collections.Immutable;
using System.Reflection;

namespace Updraft.Dags;

/// <summary>Codes of what can be wrong with a DAG as it is written, before anything runs. <see cref="Summaries"/> says each in a line.</summary>
public static class DagErrors
{
    [Summary("A field is not known where it stands.")]
    public const string UnknownField = "UPD1001";

    [Summary("A field that must be given is missing.")]
    public const string MissingField = "UPD1002";

    [Summary("A value has the wrong type, or is none of the accepted words.")]
    public const string BadValue = "UPD1003";

    [Summary("A number, duration or list is outside its range.")]
    public const string OutOfRange = "UPD1004";

    [Summary("A name is empty, too long, or has characters that names may not have.")]
    public const string BadName = "UPD1005";

    [Summary("Two tasks, groups, DAGs or entries have one name.")]
    public const string Duplicate = "UPD1006";

    [Summary("A DAG is larger or deeper than allowed.")]
    public const string TooLarge = "UPD1007";

    [Summary("The text is no JSON.")]
    public const string BadJson = "UPD1008";

    [Summary("The text is no YAML, or uses what is not supported of it.")]
    public const string BadYaml = "UPD1009";

    [Summary("A file is empty, missing, unreadable or outside the DAG's folder.")]
    public const string BadFile = "UPD1010";

    [Summary("A template of DAGs has wrong instances, or names a value that they do not give.")]
    public const string BadInstances = "UPD1011";

    [Summary("A task waits for a task or group that the DAG does not have.")]
    public const string UnknownUpstream = "UPD1020";

    [Summary("Tasks wait for each other in a circle.")]
    public const string Cycle = "UPD1021";

    [Summary("A DAG or a group has no tasks.")]
    public const string NoTasks = "UPD1022";

    [Summary("A task or group names an enclosing group that the DAG does not have, or its id does not begin with its group's.")]
    public const string BadGroup = "UPD1023";

    [Summary("No operator of that name is offered.")]
    public const string UnknownOperator = "UPD1024";

    [Summary("An operator's fields do not fit its manifest.")]
    public const string BadOperatorField = "UPD1025";

    [Summary("A field that is taken as it is holds a template.")]
    public const string TemplateInRawField = "UPD1026";

    [Summary("A template names a param, label, secret or task that the DAG does not have.")]
    public const string UnknownName = "UPD1027";

    [Summary("A template reads the output of a task that is not upstream.")]
    public const string NotUpstream = "UPD1028";

    [Summary("A template reads one output where there are many, or many where there is one.")]
    public const string BadOutput = "UPD1029";

    [Summary("A template reads item, key or index outside of a mapped task or group.")]
    public const string NotMapped = "UPD1030";

    [Summary("A list to map over is no list, is too long, or has equal keys.")]
    public const string BadMap = "UPD1031";

    [Summary("A branch or short-circuit has nothing to decide about, or reaches across a mapped group.")]
    public const string BadBranch = "UPD1032";

    [Summary("A setup or teardown does not fit the tasks around it.")]
    public const string BadTeardown = "UPD1033";

    [Summary("A JSON schema uses a keyword that is not supported, or a keyword wrongly.")]
    public const string BadSchema = "UPD1034";

    [Summary("A param's default does not fit its schema.")]
    public const string BadDefault = "UPD1035";

    [Summary("Two fields contradict each other.")]
    public const string Contradiction = "UPD1036";

    [Summary("A secret is read where its value would be stored.")]
    public const string SecretStored = "UPD1037";

    [Summary("Conf does not fit the DAG's params.")]
    public const string BadConf = "UPD1040";

    [Summary("A DAG has more than one problem; the message lists them.")]
    public const string Invalid = "UPD1041";

    /// <summary>Each code with what it means, in a line.</summary>
    public static ImmutableSortedDictionary<string, string> Summaries { get; } = typeof(DagErrors)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToImmutableSortedDictionary(field => (string)field.GetRawConstantValue()!, field => field.GetCustomAttribute<SummaryAttribute>()!.Text, StringComparer.Ordinal);

    [AttributeUsage(AttributeTargets.Field)]
    private sealed class SummaryAttribute(string text) : Attribute
    {
        public string Text { get; } = text;
    }
}
