using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>What was done that costs, and what it would cost on Azure.</summary>
internal static class CostEndpoints
{
    private const int UsualDays = 30;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/costs", ReportAsync).Needs(Role.Viewer);

    private static async Task<CostReport> ReportAsync(string? since, string? until, string? dag, Access access, CostLedger ledger, ApiOptions options, CancellationToken cancellation)
    {
        // It is about what all teams share.
        access.DemandEverywhere(Role.Viewer);
        var last = DayOf(until) ?? DateOnly.FromDateTime(options.Clock.GetUtcNow().UtcDateTime);
        var first = DayOf(since) ?? last.AddDays(1 - UsualDays);
        if (first > last) throw new UpdraftException(ApiErrors.DaysRefused, $"since, {first:yyyy-MM-dd}, is after until, {last:yyyy-MM-dd}");
        return CostReport.Of(first, last, dag, await ledger.SumAsync(first, last, cancellation), options.Prices);
    }

    private static DateOnly? DayOf(string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new UpdraftException(ApiErrors.DaysRefused, $"'{text}' is no day, as 2026-11-21 is");
}
