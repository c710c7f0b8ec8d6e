namespace Updraft.Operators;

/// <summary>Codes of what can go wrong in operators, attempts and packages.</summary>
public static class OperatorErrors
{
    /// <summary>The work threw something that it did not expect.</summary>
    public const string Unexpected = "UPD4001";

    /// <summary>The task says that it failed.</summary>
    public const string TaskFailed = "UPD4002";

    /// <summary>The attempt overran its timeout.</summary>
    public const string TimedOut = "UPD4003";

    /// <summary>The attempt was stopped on request.</summary>
    public const string Stopped = "UPD4004";

    /// <summary>The attempt's claim is held or was taken by another worker, or the remote job is gone.</summary>
    public const string Lost = "UPD4005";

    /// <summary>This host offers no operator of that name, or one of another kind.</summary>
    public const string UnknownOperator = "UPD4006";

    /// <summary>The rendered fields do not fit the operator.</summary>
    public const string Fields = "UPD4007";

    /// <summary>An output is larger than allowed, or no JSON.</summary>
    public const string Output = "UPD4008";

    /// <summary>A stored output is missing, or not the one that was committed.</summary>
    public const string Input = "UPD4009";

    /// <summary>A secret is not known to this host.</summary>
    public const string Secret = "UPD4010";

    /// <summary>The pinned version of a DAG, or a task of it, is not there.</summary>
    public const string UnknownVersion = "UPD4011";

    /// <summary>An operator class is not declared as it must be.</summary>
    public const string Declaration = "UPD4012";

    /// <summary>A file of a run is missing, does not fit, or has no name that a file can have.</summary>
    public const string File = "UPD4013";

    /// <summary>A connection is not known to this host, or cannot be used.</summary>
    public const string Connection = "UPD4014";

    /// <summary>An address may not be called: it is link-local, a metadata service, or private where that is forbidden.</summary>
    public const string Address = "UPD4015";

    /// <summary>A service refused what it was asked, and would refuse it again.</summary>
    public const string Refused = "UPD4016";

    /// <summary>A service is throttled, has an error of its own or cannot be reached.</summary>
    public const string Unavailable = "UPD4017";

    /// <summary>A process could not be started.</summary>
    public const string ProcessStart = "UPD4020";

    /// <summary>A process ended with an exit code that means failure.</summary>
    public const string ExitCode = "UPD4021";

    /// <summary>The class or method of a code task cannot be used.</summary>
    public const string CodeTask = "UPD4030";

    /// <summary>A task asks for a DAG that is not published, or cannot be started so.</summary>
    public const string ChildRefused = "UPD4031";

    /// <summary>A run that a task started has failed or was cancelled.</summary>
    public const string ChildFailed = "UPD4032";

    /// <summary>Runs start runs, one in the other, more than 16 deep.</summary>
    public const string ChildTooDeep = "UPD4033";

    /// <summary>A run that a task waits for has failed, or can never be there.</summary>
    public const string AwaitedRun = "UPD4034";

    /// <summary>A package is missing, damaged, or holds nothing that can be loaded.</summary>
    public const string Package = "UPD4040";

    /// <summary>The C# project of a DAG folder does not build.</summary>
    public const string PackageBuild = "UPD4041";

    /// <summary>A DAG folder holds more than a package may.</summary>
    public const string PackageSize = "UPD4042";

    /// <summary>The assembly of a DAG folder cannot be inspected.</summary>
    public const string PackageInspection = "UPD4043";

    /// <summary>A remote job ran, and failed.</summary>
    public const string RemoteFailed = "UPD4050";

    /// <summary>A remote job was killed at its backend, and not by the run.</summary>
    public const string RemoteCancelled = "UPD4051";

    /// <summary>A service's answer does not say where a job is, or how it is.</summary>
    public const string RemoteUnclear = "UPD4052";
    /// <summary>A container asks for what its backend cannot give, or cannot be given safely.</summary>
    public const string ContainerUnsupported = "UPD4060";

    /// <summary>The image of a container cannot be pulled.</summary>
    public const string ContainerImage = "UPD4061";

    /// <summary>A container used more memory than it was given, and was killed.</summary>
    public const string ContainerMemory = "UPD4062";

    /// <summary>A container was evicted, preempted or stopped by its backend.</summary>
    public const string ContainerEvicted = "UPD4063";

    /// <summary>A container could not be started: nothing has room for it, or its program or settings are wrong.</summary>
    public const string ContainerStart = "UPD4064";
    /// <summary>A connection was tried out, and does not work.</summary>
    public const string ConnectionTest = "UPD4080";

    /// <summary>A Key Vault refuses a secret, or cannot be used as it is configured.</summary>
    public const string KeyVault = "UPD4081";

    /// <summary>The name or the value of a variable is refused, or its file cannot be read.</summary>
    public const string Variable = "UPD4082";
    /// <summary>A database refused a statement, and would refuse it again.</summary>
    public const string SqlRefused = "UPD4070";

    /// <summary>A statement failed that may pass later: a conflict, a lock, a limit of the database, a connection that was lost.</summary>
    public const string SqlFailed = "UPD4071";

    /// <summary>A result has more rows or bytes than the task allows, or is not what it wants.</summary>
    public const string SqlResult = "UPD4072";

    /// <summary>There is no driver here for the kind of database that a connection leads to.</summary>
    public const string SqlDialect = "UPD4073";

    /// <summary>It is not known whether a transaction was committed.</summary>
    public const string SqlCommit = "UPD4074";
}
