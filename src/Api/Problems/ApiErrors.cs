using Microsoft.AspNetCore.Http;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Stable codes of what goes wrong at the API.</summary>
public static class ApiErrors
{
    /// <summary>There is no such path.</summary>
    public const string NoSuchPath = "UPD6001";

    /// <summary>A path, query or body cannot be read.</summary>
    public const string BadRequest = "UPD6002";

    /// <summary>Who asks has not signed in.</summary>
    public const string SignInNeeded = "UPD6003";

    /// <summary>Who asks may not do this.</summary>
    public const string Forbidden = "UPD6004";

    /// <summary>There is no such run.</summary>
    public const string NoRun = "UPD6005";

    /// <summary>The run has no such task instance.</summary>
    public const string NoTask = "UPD6006";

    /// <summary>The request failed because of a defect.</summary>
    public const string Defect = "UPD6007";

    /// <summary>The server is stopping.</summary>
    public const string Stopping = "UPD6008";

    /// <summary>The task instance has no such try.</summary>
    public const string NoTry = "UPD6050";

    /// <summary>The task instance has handed nothing over.</summary>
    public const string NoOutput = "UPD6051";

    /// <summary>The run has no such file or artifact.</summary>
    public const string NoFile = "UPD6052";

    /// <summary>What was asked for has been removed.</summary>
    public const string Gone = "UPD6053";

    /// <summary>Too many streams of events are open.</summary>
    public const string TooManyStreams = "UPD6054";
    /// <summary>There is no such backfill.</summary>
    public const string NoBackfill = "UPD6010";

    /// <summary>No pool of that name is defined.</summary>
    public const string NoPool = "UPD6011";

    /// <summary>No message of that name was put aside.</summary>
    public const string NoDeadLetter = "UPD6012";

    /// <summary>There is no variable of that name that can be shown or removed.</summary>
    public const string NoVariable = "UPD6013";

    /// <summary>There is no such alert.</summary>
    public const string NoAlert = "UPD6014";

    /// <summary>This is done only for the owner of the installation, over its own connection.</summary>
    public const string OwnerOnly = "UPD6015";

    /// <summary>There is no such package.</summary>
    public const string NoPackage = "UPD6016";

    /// <summary>A request is larger than allowed.</summary>
    public const string TooLarge = "UPD6017";

    /// <summary>An idempotency key is not 1 to 200 printable characters.</summary>
    public const string KeyRefused = "UPD6018";

    /// <summary>An idempotency key was sent before with another request.</summary>
    public const string KeyReused = "UPD6019";

    /// <summary>What is to be changed is not, or no longer, as the If-Match of the request says.</summary>
    public const string Changed = "UPD6020";

    /// <summary>A name in a path has what no name may have, or is too long.</summary>
    public const string NameRefused = "UPD6021";
    /// <summary>The days of a report are none, or the first comes after the last.</summary>
    public const string DaysRefused = "UPD6070";

    /// <summary>The file of prices cannot be read.</summary>
    public const string PricesRefused = "UPD6071";

    internal static Task NoRoute(HttpContext context) => throw new UpdraftException(NoSuchPath, $"there is no {context.Request.Method} {context.Request.Path}");
}
