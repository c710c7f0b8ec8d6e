using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Updraft.Dags;

namespace Updraft.Api;

/// <summary>Keys: made, shown and taken back by admins. Those of a team see and make the keys that are for their team alone.</summary>
internal static class KeyEndpoints
{
    private const int MostKeys = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/keys", CreateAsync).Needs(Role.Admin);
        api.MapGet("/keys", ListAsync).Needs(Role.Admin);
        api.MapGet("/keys/{keyId}", GetAsync).Needs(Role.Admin);
        api.MapDelete("/keys/{keyId}", RevokeAsync).Needs(Role.Admin);
    }

    private static async Task<Created<KeyCreated>> CreateAsync(CreateKey create, Access access, ApiKeys keys, Teams teams, CancellationToken cancellation)
    {
        if (!create.Grants.IsDefault)
        {
            foreach (var grant in create.Grants)
            {
                if (!MayGrant(access, grant)) throw new UpdraftException(ApiErrors.Forbidden, $"'{access.Name}' may not grant {grant}: nobody makes a key that may more than they may themselves");
                await teams.DemandDefinedAsync(grant.Team, cancellation);
            }
        }
        var created = await keys.CreateAsync(create, access.Name, cancellation);
        access.Names("keyId", created.Key.Id);
        return TypedResults.Created($"{UpdraftApi.Prefix}/keys/{created.Key.Id}", created);
    }

    private static Task<Page<KeyResource>> ListAsync(string? after, int? count, Access access, ApiKeys keys, TimeProvider clock, CancellationToken cancellation) =>
        Page.OfAsync(keys.ListAsync(cancellation).Where(key => MaySee(access, key)).Select(key => KeyResource.Of(key, clock.GetUtcNow())), after, count, MostKeys, cancellation);

    private static async Task<KeyResource> GetAsync(string keyId, Access access, ApiKeys keys, TimeProvider clock, CancellationToken cancellation) =>
        KeyResource.Of(await FindAsync(keyId, access, keys, cancellation), clock.GetUtcNow());

    private static async Task<NoContent> RevokeAsync(string keyId, Access access, ApiKeys keys, CancellationToken cancellation)
    {
        await FindAsync(keyId, access, keys, cancellation);
        await keys.RevokeAsync(keyId, access.Name, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<ApiKey> FindAsync(string keyId, Access access, ApiKeys keys, CancellationToken cancellation) =>
        await keys.GetAsync(keyId, cancellation) is { } key && MaySee(access, key) ? key : throw new UpdraftException(SecurityErrors.NoKey, "there is no such key: the list of keys shows their ids");

    private static bool MaySee(Access access, ApiKey key) => access.MayEverywhere(Role.Admin) || key.Grants.All(grant => grant.Team is { } team && access.Grants.Contains(new Grant(Role.Admin, team)));

    // What belongs to no team is everybody's, so that May(role, null) would not do.
    private static bool MayGrant(Access access, Grant wanted) => access.Grants.Any(own => own.Role >= wanted.Role && (own.Team is null || own.Team == wanted.Team));
}
