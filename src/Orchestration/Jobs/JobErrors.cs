namespace Updraft.Orchestration;

/// <summary>Codes of the ends of remote jobs and sensors that their operators do not name; <c>docs/errors.md</c> lists them.</summary>
public static class JobErrors
{
    /// <summary>A job could not be submitted.</summary>
    public const string NotSubmitted = "UPD2201";

    /// <summary>A job or a condition could not be looked at, too often in a row.</summary>
    public const string Unreachable = "UPD2202";

    /// <summary>A backend lost a job, too often.</summary>
    public const string Vanished = "UPD2203";

    /// <summary>A job failed, and its operator does not say why.</summary>
    public const string Failed = "UPD2204";

    /// <summary>An attempt overran its timeout.</summary>
    public const string TimedOut = "UPD2205";

    /// <summary>A sensor's deadline passed before its condition held.</summary>
    public const string Deadline = "UPD2206";

    /// <summary>An attempt was stopped on request.</summary>
    public const string Stopped = "UPD2207";
}
