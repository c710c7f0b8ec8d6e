namespace Updraft.FunctionApp;

/// <summary>Codes of what goes wrong with the function app itself; <c>docs/errors.md</c> lists them.</summary>
public static class FunctionAppErrors
{
    /// <summary>A setting of the function app is missing, or says what it cannot.</summary>
    public const string Setting = "UPD7101";

    /// <summary>Nothing is copied to a folder on Azure: the storage account keeps its copies by itself.</summary>
    public const string NoBackup = "UPD7102";

    /// <summary>Service Bus cannot be reached, or refuses.</summary>
    public const string ServiceBus = "UPD7020";

    /// <summary>Retention is under way already, or did not come to its end within a request.</summary>
    public const string Retaining = "UPD7103";
}
