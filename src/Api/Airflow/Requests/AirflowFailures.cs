using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Failures in Airflow's form: a detail, which is a list of places where input is refused.</summary>
internal static class AirflowFailures
{
    /// <summary>Answers with a failure.</summary>
    public static Task WriteAsync(HttpContext context, UpdraftException failure)
    {
        var status = StatusOf(failure.Code);
        // Clients read the detail and pass it on, so that the code is in it.
        var text = $"{failure.Message} ({failure.Code})";
        context.Response.StatusCode = status;
        return status is StatusCodes.Status422UnprocessableEntity
            ? WriteAsync(context, new AirflowFailure<ImmutableArray<AirflowInputFailure>>([new AirflowInputFailure((failure as AirflowRefusal)?.Place ?? ["body"], text, "value_error")]))
            : WriteAsync(context, new AirflowFailure<string>(text));
    }

    private static Task WriteAsync<T>(HttpContext context, T answer) => context.Response.WriteAsJsonAsync(answer, AirflowJson.Options, context.RequestAborted);

    private static int StatusOf(string code) => code switch
    {
        AirflowErrors.NotCovered or AirflowErrors.NoEntry => StatusCodes.Status404NotFound,
        AirflowErrors.CannotBeDone => StatusCodes.Status400BadRequest,
        AirflowErrors.Malformed => StatusCodes.Status422UnprocessableEntity,
        AirflowErrors.RunExists or AirflowErrors.WrongState => StatusCodes.Status409Conflict,
        // What no DAG can be called, none is called.
        CatalogueErrors.NameRefused => StatusCodes.Status404NotFound,
        RunErrors.ConfRefused or RunErrors.NotAlone => StatusCodes.Status400BadRequest,
        _ => ProblemStatus.Of(code),
    };
}

/// <summary>A failure.</summary>
internal sealed record AirflowFailure<T>(T Detail);

/// <summary>An input that is refused.</summary>
/// <param name="Loc">Where it is.</param>
/// <param name="Msg">What is wrong.</param>
/// <param name="Type">The kind.</param>
internal sealed record AirflowInputFailure(ImmutableArray<string> Loc, string Msg, string Type);
