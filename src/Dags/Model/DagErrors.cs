namespace Updraft.Dags;

/// <summary>Codes of what can be wrong with a DAG as it is written, before anything runs.</summary>
public static class DagErrors
{
    /// <summary>A field is not known where it stands.</summary>
    public const string UnknownField = "UPD1001";

    /// <summary>A field that must be given is missing.</summary>
    public const string MissingField = "UPD1002";

    /// <summary>A value has the wrong type, or is none of the accepted words.</summary>
    public const string BadValue = "UPD1003";

    /// <summary>A number, duration or list is outside its range.</summary>
    public const string OutOfRange = "UPD1004";

    /// <summary>A name is empty, too long, or has characters that names may not have.</summary>
    public const string BadName = "UPD1005";

    /// <summary>Two tasks, groups, DAGs or entries have one name.</summary>
    public const string Duplicate = "UPD1006";

    /// <summary>A DAG is larger or deeper than allowed.</summary>
    public const string TooLarge = "UPD1007";

    /// <summary>The text is no JSON.</summary>
    public const string BadJson = "UPD1008";

    /// <summary>The text is no YAML, or uses what is not supported of it.</summary>
    public const string BadYaml = "UPD1009";

    /// <summary>A file is empty, missing, unreadable or outside the DAG's folder.</summary>
    public const string BadFile = "UPD1010";

    /// <summary>A template of DAGs has wrong instances, or names a value that they do not give.</summary>
    public const string BadInstances = "UPD1011";

    /// <summary>A task waits for a task or group that the DAG does not have.</summary>
    public const string UnknownUpstream = "UPD1020";

    /// <summary>Tasks wait for each other in a circle.</summary>
    public const string Cycle = "UPD1021";

    /// <summary>A DAG or a group has no tasks.</summary>
    public const string NoTasks = "UPD1022";

    /// <summary>A task or group names an enclosing group that the DAG does not have, or its id does not begin with its group's.</summary>
    public const string BadGroup = "UPD1023";

    /// <summary>No operator of that name is offered.</summary>
    public const string UnknownOperator = "UPD1024";

    /// <summary>An operator's fields do not fit its manifest.</summary>
    public const string BadOperatorField = "UPD1025";

    /// <summary>A field that is taken as it is holds a template.</summary>
    public const string TemplateInRawField = "UPD1026";

    /// <summary>A template names a param, label, secret or task that the DAG does not have.</summary>
    public const string UnknownName = "UPD1027";

    /// <summary>A template reads the output of a task that is not upstream.</summary>
    public const string NotUpstream = "UPD1028";

    /// <summary>A template reads one output where there are many, or many where there is one.</summary>
    public const string BadOutput = "UPD1029";

    /// <summary>A template reads item, key or index outside of a mapped task or group.</summary>
    public const string NotMapped = "UPD1030";

    /// <summary>A list to map over is no list, is too long, or has equal keys.</summary>
    public const string BadMap = "UPD1031";

    /// <summary>A branch or short-circuit has nothing to decide about, or reaches across a mapped group.</summary>
    public const string BadBranch = "UPD1032";

    /// <summary>A setup or teardown does not fit the tasks around it.</summary>
    public const string BadTeardown = "UPD1033";

    /// <summary>A JSON schema uses a keyword that is not supported, or a keyword wrongly.</summary>
    public const string BadSchema = "UPD1034";

    /// <summary>A param's default does not fit its schema.</summary>
    public const string BadDefault = "UPD1035";

    /// <summary>Two fields contradict each other.</summary>
    public const string Contradiction = "UPD1036";

    /// <summary>A secret is read where its value would be stored.</summary>
    public const string SecretStored = "UPD1037";

    /// <summary>A way leads out of a group with retries and back into it.</summary>
    public const string RetriedGroupLeft = "UPD1038";

    /// <summary>A business key does not yield 1 to 200 printable characters.</summary>
    public const string BadBusinessKey = "UPD1039";

    /// <summary>Conf does not fit the DAG's params.</summary>
    public const string BadConf = "UPD1040";

    /// <summary>A DAG has more than one problem; the message lists them.</summary>
    public const string Invalid = "UPD1041";

    /// <summary>A template reads what is not there where it stands.</summary>
    public const string NotReadable = "UPD1042";

    /// <summary>A mark by which SQL declares a wait cannot be read, or would depend on one task.</summary>
    public const string BadWaitMark = "UPD1043";

    /// <summary>A label of a run does not yield up to 256 printable characters.</summary>
    public const string BadLabel = "UPD1044";
}
