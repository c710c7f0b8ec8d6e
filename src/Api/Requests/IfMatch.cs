using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>The <c>If-Match</c> of a change, for handlers: it is done only to what is still as it was seen.</summary>
internal sealed class IfMatch(IReadOnlyList<EntityTagHeaderValue> tags)
{
    public static ValueTask<IfMatch?> BindAsync(HttpContext context) => ValueTask.FromResult<IfMatch?>(new IfMatch([.. context.Request.GetTypedHeaders().IfMatch]));

    /// <summary>Refuses what has changed since.</summary>
    /// <param name="what">What is changed, for people.</param>
    /// <param name="version">Its tag as it is, of the part that is changed; empty when it is not there.</param>
    /// <param name="exists">Whether it is there at all.</param>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.Changed"/>.</exception>
    public void Demand(string what, string version, bool exists = true)
    {
        if (tags.Count == 0 || tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) ? exists : !tag.IsWeak && IsOf(tag, version))) return;
        throw new UpdraftException(ApiErrors.Changed, $"{what} is not as the If-Match of the request says, or no longer: get it again, and decide anew");
    }

    private static bool IsOf(EntityTagHeaderValue tag, string version)
    {
        var seen = tag.Tag.AsSpan().Trim('"');
        return version.Length > 0 && seen.StartsWith(version, StringComparison.Ordinal) && (seen.Length == version.Length || seen[version.Length] == '-');
    }
}
