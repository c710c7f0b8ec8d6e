namespace Updraft.Azure;

/// <summary>Codes of failures on Azure. Those of storage begin with <c>UPD70</c>: they pass, and what met one is tried again.</summary>
public static class AzureErrors
{
    /// <summary>The storage setting is neither a connection string nor the address of a blob service, or the container's name cannot be one.</summary>
    public const string BadSetting = "UPD7001";

    /// <summary>The storage account refuses the key, the signature or the identity.</summary>
    public const string NoAccess = "UPD7002";

    /// <summary>The storage account cannot be reached.</summary>
    public const string Unreachable = "UPD7003";

    /// <summary>The storage account is too busy.</summary>
    public const string Busy = "UPD7004";

    /// <summary>A request to the storage account failed.</summary>
    public const string Storage = "UPD7005";

    /// <summary>A log has as many appends as a blob can hold.</summary>
    public const string LogFull = "UPD7006";

    /// <summary>A blob was replaced while it was read.</summary>
    public const string Replaced = "UPD7007";

    /// <summary>A stored document is not what was written.</summary>
    public const string Damaged = "UPD7008";
}
