namespace Updraft.Cli;

/// <summary>Stable codes of what goes wrong in the command line.</summary>
internal static class CliErrors
{
    /// <summary>A path holds no DAG, or cannot be read.</summary>
    public const string NoDag = "UPD5001";

    /// <summary>A path holds several DAGs, and none was chosen.</summary>
    public const string WhichDag = "UPD5002";

    /// <summary>The conf is no JSON object, or its file cannot be read.</summary>
    public const string Conf = "UPD5003";

    /// <summary>A label is not written as name=value.</summary>
    public const string Label = "UPD5004";

    /// <summary>A run of this id exists, and was asked for something else.</summary>
    public const string OtherRun = "UPD5005";

    /// <summary>There is no such run in the data folder.</summary>
    public const string NoRun = "UPD5006";

    /// <summary>The run has no such task instance.</summary>
    public const string NoTask = "UPD5007";

    /// <summary>There is no data folder.</summary>
    public const string NoData = "UPD5008";

    /// <summary>A file or folder cannot be read or written.</summary>
    public const string Files = "UPD5009";
}
