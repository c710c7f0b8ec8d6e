namespace Updraft.Api;

/// <summary>Stable codes of what is refused to clients of Airflow's API. They stand in the detail of the answer.</summary>
public static class AirflowErrors
{
    /// <summary>This part of Airflow's API is not covered.</summary>
    public const string NotCovered = "UPD6080";

    /// <summary>Airflow's API can ask for this, and it cannot be done here.</summary>
    public const string CannotBeDone = "UPD6081";

    /// <summary>A query or body does not fit the schema of Airflow's API.</summary>
    public const string Malformed = "UPD6082";

    /// <summary>There is a run of this id, and a new one was asked for.</summary>
    public const string RunExists = "UPD6083";

    /// <summary>There is no such XCom, try or version.</summary>
    public const string NoEntry = "UPD6084";

    /// <summary>The run is in a state in which this cannot be done.</summary>
    public const string WrongState = "UPD6085";
}
