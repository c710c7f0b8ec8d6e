namespace Updraft.Operators;

/// <summary>Codes of what can go wrong with functions of scripts.</summary>
public static class WorkerErrors
{
    /// <summary>The process that ran the function has ended before it.</summary>
    public const string Died = "UPD4095";

    /// <summary>The function needed more memory than its task allows.</summary>
    public const string Memory = "UPD4096";

    /// <summary>The script or its function is not there.</summary>
    public const string Function = "UPD4097";

    /// <summary>The function raised an error.</summary>
    public const string Raised = "UPD4098";
}
