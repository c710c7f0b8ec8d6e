using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Which HTTP status goes with a code. What is listed nowhere is a refused input.</summary>
internal static class ProblemStatus
{
    private static readonly FrozenDictionary<string, int> ByCode = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [ApiErrors.NoSuchPath] = StatusCodes.Status404NotFound,
        [ApiErrors.BadRequest] = StatusCodes.Status400BadRequest,
        [ApiErrors.SignInNeeded] = StatusCodes.Status401Unauthorized,
        [ApiErrors.Forbidden] = StatusCodes.Status403Forbidden,
        [ApiErrors.NoRun] = StatusCodes.Status404NotFound,
        [ApiErrors.NoTask] = StatusCodes.Status404NotFound,
        [ApiErrors.DaysRefused] = StatusCodes.Status400BadRequest,
        [ApiErrors.Defect] = StatusCodes.Status500InternalServerError,
        [ApiErrors.NoBackfill] = StatusCodes.Status404NotFound,
        [ApiErrors.NoPool] = StatusCodes.Status404NotFound,
        [ApiErrors.NoDeadLetter] = StatusCodes.Status404NotFound,
        [ApiErrors.NoVariable] = StatusCodes.Status404NotFound,
        [ApiErrors.NoAlert] = StatusCodes.Status404NotFound,
        [ApiErrors.OwnerOnly] = StatusCodes.Status403Forbidden,
        [ApiErrors.NoPackage] = StatusCodes.Status404NotFound,
        [ApiErrors.KeyRefused] = StatusCodes.Status400BadRequest,
        [ApiErrors.NameRefused] = StatusCodes.Status400BadRequest,
        [ApiErrors.Changed] = StatusCodes.Status412PreconditionFailed,
        [ApiErrors.TooLarge] = StatusCodes.Status413PayloadTooLarge,
        [OperatorErrors.PackageSize] = StatusCodes.Status413PayloadTooLarge,
        [ApiErrors.Stopping] = StatusCodes.Status503ServiceUnavailable,
        [ApiErrors.NoTry] = StatusCodes.Status404NotFound,
        [ApiErrors.NoOutput] = StatusCodes.Status404NotFound,
        [ApiErrors.NoFile] = StatusCodes.Status404NotFound,
        [ApiErrors.TooManyStreams] = StatusCodes.Status503ServiceUnavailable,
        [ApiErrors.Gone] = StatusCodes.Status410Gone,
        [SecurityErrors.KeyRefused] = StatusCodes.Status401Unauthorized,
        [SecurityErrors.TooManySignIns] = StatusCodes.Status429TooManyRequests,
        [SecurityErrors.ForeignPage] = StatusCodes.Status403Forbidden,
        [SecurityErrors.PlatformSignIn] = StatusCodes.Status401Unauthorized,
        [SecurityErrors.NoKey] = StatusCodes.Status404NotFound,
        [SecurityErrors.NoTeam] = StatusCodes.Status404NotFound,
        [SecurityErrors.IdTaken] = StatusCodes.Status409Conflict,
        [SecurityErrors.TeamInUse] = StatusCodes.Status409Conflict,
        [CatalogueErrors.NoSuchDag] = StatusCodes.Status404NotFound,
        [CatalogueErrors.NoSuchVersion] = StatusCodes.Status404NotFound,
        [CatalogueErrors.OtherTeam] = StatusCodes.Status403Forbidden,
        [ApprovalErrors.NoQuestion] = StatusCodes.Status404NotFound,
        [ApprovalErrors.NotAllowed] = StatusCodes.Status403Forbidden,
        [ApprovalErrors.Over] = StatusCodes.Status409Conflict,
        [ApprovalErrors.Answered] = StatusCodes.Status409Conflict,
        [OperatorErrors.Connection] = StatusCodes.Status404NotFound,
        [TriggerErrors.QueueFull] = StatusCodes.Status429TooManyRequests,
        [RunErrors.Purged] = StatusCodes.Status409Conflict,
        [RunErrors.NoSuchRun] = StatusCodes.Status404NotFound,
        [RunErrors.Broken] = StatusCodes.Status500InternalServerError,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The status of a code.</summary>
    public static int Of(string code) => ByCode.TryGetValue(code, out var status) ? status
        : StorageCodes.Include(code) ? StatusCodes.Status503ServiceUnavailable
        : StatusCodes.Status422UnprocessableEntity;
}
