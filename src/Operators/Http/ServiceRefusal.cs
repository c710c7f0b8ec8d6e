using System.Net;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>A service refused what it was asked, and would refuse it again: <see cref="OperatorErrors.Refused"/>.</summary>
/// <param name="status">The status code.</param>
/// <param name="message">What was asked and what came back, in a line.</param>
public sealed class ServiceRefusal(HttpStatusCode status, string message) : UpdraftException(OperatorErrors.Refused, message)
{
    /// <summary>The status code.</summary>
    public HttpStatusCode Status => status;
}
