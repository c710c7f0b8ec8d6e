namespace Updraft.Api;

/// <summary>What is answered where a request is not done: problem details (RFC 9457) with a stable code.</summary>
/// <param name="Type">Names the kind of problem: the row of the code in <c>docs/errors.md</c>.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, where, and what to do.</param>
/// <param name="Code">As in <c>UPD6001</c>.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";
}
