using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The audit log: all of it for who is admin of all, and what concerns their teams alone for who is admin of these.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit", ListAsync).Needs(Role.Admin);

    private static async Task<Page<AuditEntry>> ListAsync(string? by, string? action, string? team, DateTimeOffset? since, DateTimeOffset? until, string? after, int? count, Access access, AuditLog log, CancellationToken cancellation)
    {
        if (after is not null && !IsPlace(after)) throw new UpdraftException(ApiErrors.BadRequest, "'after' is not what a page before gave as 'next'");
        var filter = new AuditFilter { By = by, Action = action, Team = team, Since = since, Until = until, Where = entry => MaySee(access, entry) };
        var listing = await log.ListAsync(filter, after, Page.Size(count, AuditLog.MaxPage), cancellation);
        return new Page<AuditEntry>(listing.Entries, listing.Next);
    }

    private static bool MaySee(Access access, AuditEntry entry) =>
        access.MayEverywhere(Role.Admin) || (!entry.Teams.IsEmpty && entry.Teams.All(team => access.Grants.Contains(new Grant(Role.Admin, team))));

    private static bool IsPlace(string after) => after.Length <= 100 && after.All(c => char.IsAsciiLetterOrDigit(c) || c is '/');
}
