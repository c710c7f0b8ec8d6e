using System.Net;

namespace Updraft.Operators;

/// <summary>A service did not do what it was asked, and may do it later: it was throttled, had an error of its own, or could not be reached.</summary>
/// <param name="message">What was asked and what came back, in a line.</param>
/// <param name="status">The status code; null when none came.</param>
/// <param name="retryAfter">When it asked to be called again; null when it did not say.</param>
/// <param name="inner">What caused it; null for nothing.</param>
public sealed class ServiceException(string message, HttpStatusCode? status = null, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The status code; null when none came.</summary>
    public HttpStatusCode? Status => status;

    /// <summary>When it asked to be called again; null when it did not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
