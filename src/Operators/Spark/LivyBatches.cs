using System.Text.Json;
using System.Text.Json.Nodes;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The batches of a server that speaks Livy's protocol.</summary>
/// <param name="service">The server.</param>
/// <param name="root">Path of the list, as in <c>batches</c>.</param>
/// <param name="pageSize">Batches per page of the list.</param>
/// <param name="query">What each look adds to its query; empty for nothing.</param>
internal sealed class LivyBatches(ServiceClient service, string root, int pageSize, string query = "")
{
    // Batches that end are dropped from the list while it is read, so what follows moves up.
    private const int Overlap = 5;

    // A server that is guarded against forged requests of browsers refuses a change without this header.
    private static readonly Dictionary<string, string> Changes = new() { ["X-Requested-By"] = "updraft" };

    /// <summary>Creates a batch, or finds the one that has its name.</summary>
    public async Task<LivyBatch> CreateAsync(JsonObject body, string name, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is { } there) return there;
        try
        {
            return LivyBatch.Read((await service.CallAsync(HttpMethod.Post, root, body, headers: Changes, cancellation: cancellation))!.Json());
        }
        catch (UpdraftException e) when (e.Message.Contains("Duplicate session name", StringComparison.Ordinal))
        {
            return await FindAsync(name, cancellation) ?? throw new ServiceException($"the server has a batch '{name}', and does not list it yet", inner: e);
        }
        catch (UpdraftException e) when (e.Message.Contains("too many sessions", StringComparison.Ordinal))
        {
            throw new ServiceException(e.Message, inner: e); // It says 400, and means later.
        }
    }

    /// <summary>The batch of a name; null when there is none.</summary>
    public async Task<LivyBatch?> FindAsync(string name, CancellationToken cancellation)
    {
        for (var from = 0; ;)
        {
            var page = (await service.CallAsync(HttpMethod.Get, $"{root}?from={from}&size={pageSize}{(query.Length > 0 ? "&" + query : "")}", cancellation: cancellation))!.Json();
            if (page.ValueKind is not JsonValueKind.Object || !page.TryGetProperty("sessions", out var sessions) || sessions.ValueKind is not JsonValueKind.Array) return null;
            var batches = sessions.EnumerateArray().Select(LivyBatch.Read).ToList();
            if (batches.Find(batch => batch.Name == name) is { } found) return found;
            var total = page.TryGetProperty("total", out var count) && count.TryGetInt32(out var number) ? number : 0;
            if (batches.Count == 0 || from + batches.Count >= total) return null;
            from += Math.Max(1, batches.Count - Overlap);
        }
    }

    /// <summary>A batch; null when the server does not know it.</summary>
    public async Task<LivyBatch?> GetAsync(string id, CancellationToken cancellation) =>
        await service.CallAsync(HttpMethod.Get, $"{root}/{Uri.EscapeDataString(id)}{(query.Length > 0 ? "?" + query : "")}", mayMiss: true, cancellation: cancellation) is { } answer ? LivyBatch.Read(answer.Json()) : null;

    /// <summary>Kills a batch, if it is there.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellation) =>
        service.CallAsync(HttpMethod.Delete, $"{root}/{Uri.EscapeDataString(id)}", mayMiss: true, headers: Changes, cancellation: cancellation);
}
