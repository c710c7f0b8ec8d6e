using System.Net;

namespace Updraft.Operators;

/// <summary>Where a submitted job's status is.</summary>
/// <param name="Url">The status URL.</param>
/// <param name="Id">The job's id; null where the answer has none.</param>
/// <param name="IsOperation">Whether it was named as an operation of Azure, whose status is at <c>/status</c>.</param>
internal sealed record HttpJobPlace(string Url, string? Id, bool IsOperation)
{
    private const int MaxId = 400;

    /// <summary>The place, by the author's fields and else by the answer's headers; null when the answer says that all is done.</summary>
    /// <exception cref="FailTaskException"><see cref="OperatorErrors.RemoteUnclear"/>: the answer does not say where the job is.</exception>
    public static HttpJobPlace? Of(HttpJobAnswer answer, HttpJobFields fields, HttpJobCalls calls)
    {
        var id = answer.TextAt(fields.IdAt);
        if (id?.Length > MaxId) throw HttpJobCalls.Unclear($"the id at '{fields.IdAt}' is longer than {MaxId} characters");
        if (fields.StatusUrl is { } written) return new HttpJobPlace(calls.UrlOf(written, id), id, IsOperation: false);
        if (fields.StatusUrlAt is { } pointer) return new HttpJobPlace(answer.Named(answer.TextAt(pointer) ?? throw HttpJobCalls.Unclear($"the answer to the submission has no status URL at '{pointer}'")), id, IsOperation: false);
        if (answer.Headers.TryGetValue("Operation-Location", out var operation) || answer.Headers.TryGetValue("Azure-AsyncOperation", out operation)) return new HttpJobPlace(answer.Named(operation), id, IsOperation: true);
        var accepted = answer.Status is HttpStatusCode.Accepted;
        // Behind any other success, Location is the thing that was made.
        if ((accepted || fields.StatusAt is not null) && answer.Headers.TryGetValue("Location", out var location)) return new HttpJobPlace(answer.Named(location), id, IsOperation: false);
        return accepted ? throw HttpJobCalls.Unclear("the service answered 202 and not where the status is: give status_url or status_url_at") : null;
    }
}
