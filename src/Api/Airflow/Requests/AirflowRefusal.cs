using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>A query or body that does not fit the schema, and where it does not.</summary>
/// <param name="place">As in <c>query, limit</c>.</param>
/// <param name="message">What is wrong.</param>
/// <param name="inner">What was found.</param>
internal sealed class AirflowRefusal(ImmutableArray<string> place, string message, Exception? inner = null) : UpdraftException(AirflowErrors.Malformed, message, inner)
{
    public ImmutableArray<string> Place => place;
}
