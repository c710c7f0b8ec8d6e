namespace Updraft.Cli;

/// <summary>Stable codes of what goes wrong in the command line.</summary>
internal static class CliErrors
{
    /// <summary>A path holds no DAG, or cannot be read.</summary>
    public const string NoDag = "UPD5001";

    /// <summary>A path holds several DAGs, and none was chosen.</summary>
    public const string WhichDag = "UPD5002";

    /// <summary>The conf or another JSON argument is none, or its file cannot be read.</summary>
    public const string Conf = "UPD5003";

    /// <summary>A label or property is not written as name=value.</summary>
    public const string Label = "UPD5004";

    /// <summary>A run of this id exists, and was asked for something else.</summary>
    public const string OtherRun = "UPD5005";

    /// <summary>No run is named.</summary>
    public const string NoRun = "UPD5006";

    /// <summary>The run has no such task instance.</summary>
    public const string NoTask = "UPD5007";

    /// <summary>There is no data folder.</summary>
    public const string NoData = "UPD5008";

    /// <summary>A file or folder cannot be read or written.</summary>
    public const string Files = "UPD5009";

    /// <summary>The process that owns the data folder went away before it answered.</summary>
    public const string OwnerLost = "UPD5010";

    /// <summary>The process that owns the data folder is of another version.</summary>
    public const string OwnerVersion = "UPD5011";

    /// <summary>A lane is not written as name=workers.</summary>
    public const string Lane = "UPD5013";

    /// <summary>A time cannot be read.</summary>
    public const string Time = "UPD5015";

    /// <summary>There is no state of that name.</summary>
    public const string State = "UPD5016";

    /// <summary>A number cannot be read.</summary>
    public const string Number = "UPD5019";

    /// <summary>An address to listen on cannot be read.</summary>
    public const string Address = "UPD5020";

    /// <summary>The server cannot be reached.</summary>
    public const string Unreachable = "UPD5021";

    /// <summary>The address of a server cannot be used.</summary>
    public const string Server = "UPD5022";

    /// <summary>The key for a server cannot be read, or others can read it.</summary>
    public const string KeyFile = "UPD5023";

    /// <summary>There is no role of that name.</summary>
    public const string Role = "UPD5024";

    /// <summary>Lines of a crontab cannot be imported.</summary>
    public const string Crontab = "UPD5025";

    /// <summary>The data folder goes with another storage than the one that was named, or named none.</summary>
    public const string Storage = "UPD5026";

    /// <summary>A data folder whose documents are elsewhere cannot be backed up by itself.</summary>
    public const string NoBackup = "UPD5027";
}
