namespace Updraft.Api;

/// <summary>Stable codes of what goes wrong with signing in, keys and teams.</summary>
public static class SecurityErrors
{
    /// <summary>A key is unknown, wrong, expired or revoked.</summary>
    public const string KeyRefused = "UPD6030";

    /// <summary>Too many sign-ins have failed from where this one comes.</summary>
    public const string TooManySignIns = "UPD6031";

    /// <summary>A web page of another origin asks, or the server is asked by a name that is not its own.</summary>
    public const string ForeignPage = "UPD6032";

    /// <summary>The sign-in that the platform sends cannot be read.</summary>
    public const string PlatformSignIn = "UPD6033";

    /// <summary>There is no such key.</summary>
    public const string NoKey = "UPD6034";

    /// <summary>A key is asked for with a name, grant or expiry that it cannot have.</summary>
    public const string Key = "UPD6035";

    /// <summary>There is no such team.</summary>
    public const string NoTeam = "UPD6036";

    /// <summary>A DAG or a key names a team that is not defined.</summary>
    public const string UndefinedTeam = "UPD6037";

    /// <summary>The name or the description of a team is refused.</summary>
    public const string Team = "UPD6038";

    /// <summary>A team stays while DAGs or keys name it.</summary>
    public const string TeamInUse = "UPD6039";

    /// <summary>The server would listen where others reach it, and nobody could sign in.</summary>
    public const string NobodyCanSignIn = "UPD6040";

    /// <summary>An id is asked for that is taken by another team.</summary>
    public const string IdTaken = "UPD6041";
}
