using System.Text;

namespace Updraft.Api.Tests;

public sealed class PlatformSignInTests(PlatformSignInTests.Hosted hosted) : IClassFixture<PlatformSignInTests.Hosted>
{
    private const string RoleClaim = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

    private readonly Asker _asker = new(hosted.Server, null);

    [Fact]
    public async Task Header_WithAppRoles_IsWhoTheySay()
    {
        var answer = await _asker.GetAsync("whoami", Principal($$"""
            {"auth_typ": "aad", "name_typ": "preferred_username", "role_typ": "{{RoleClaim}}", "claims": [
              {"typ": "preferred_username", "val": "ada@example.org"}, {"typ": "iat", "val": 1700000000},
              {"typ": "{{RoleClaim}}", "val": "Updraft.Viewer"}, {"typ": "roles", "val": "Updraft.Operator.fore.cast"}, {"typ": "roles", "val": "Other.Admin"}, {"typ": "groups", "val": "Updraft.Admin"}]}
            """));

        var who = answer.Read<WhoAmI>();
        Assert.Equal(("ada@example.org", SignInMethod.Platform), (who.Name, who.Method));
        Assert.Equal(["viewer", "operator@fore.cast"], who.Grants.Select(grant => grant.ToString()));
    }

    [Theory]
    [InlineData("Updraft.Admin", "admin")]
    [InlineData("Updraft.Author.a-b", "author@a-b")]
    [InlineData("Updraft.admin", null)]
    [InlineData("Updraft.3", null)]
    [InlineData("Updraft.Owner", null)]
    [InlineData("Updraft.", null)]
    [InlineData("Updraft.Admin.", null)]
    [InlineData("Updraft.Admin.a/b", null)]
    [InlineData("Admin", null)]
    public void GrantOf_AppRole_IsThatOrNone(string role, string? grant) => Assert.Equal(grant, PlatformPrincipal.GrantOf(role)?.ToString());

    [Fact]
    public async Task Header_WithoutRoles_IsSignedInAndMayNothing() =>
        Assert.Equal((403, ApiErrors.Forbidden), await _asker.GetAsync("whoami", Principal("""{"claims": []}""")) is var answer ? (answer.Status, answer.Code) : default);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"claims\": 3}")]
    [InlineData("{\"claims\": [{\"typ\": \"roles\"}]}")]
    [InlineData("not json")]
    public async Task Header_ThatCannotBeRead_IsRefused(string json)
    {
        Assert.Equal((401, SecurityErrors.PlatformSignIn), await _asker.GetAsync("whoami", Principal(json + " ")) is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal(401, (await _asker.GetAsync("whoami", (PlatformPrincipal.Header, "%%%"))).Status);
        // A header sent twice is a stranger's beside the platform's.
        Assert.Equal(401, (await _asker.GetAsync("whoami", Principal("""{"claims": []}"""), Principal("""{"claims": [{"typ": "roles", "val": "Updraft.Admin"}]}"""))).Status);
    }

    [Fact]
    public async Task Header_BesideAForeignToken_CountsNevertheless() =>
        Assert.Equal(SignInMethod.Platform, (await _asker.GetAsync("whoami", ("Authorization", "Bearer eyJ0eXAi"), Principal("""{"claims": [{"typ": "roles", "val": "Updraft.Viewer"}]}"""))).Read<WhoAmI>().Method);

    [Fact]
    public async Task Header_OnAPageOfAnotherOrigin_IsRefused()
    {
        var admin = Principal("""{"claims": [{"typ": "roles", "val": "Updraft.Admin"}]}""");

        Assert.Equal((403, SecurityErrors.ForeignPage), await _asker.GetAsync("whoami", admin, ("Origin", "https://evil.example")) is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal(200, (await _asker.GetAsync("whoami", admin, ("Origin", "http://flows.example"), ("Host", "flows.example"))).Status);
    }

    /// <summary>One server for all of these.</summary>
    public sealed class Hosted : IAsyncLifetime
    {
        internal ApiTestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ApiTestServer.StartAsync(options => options with { Open = false, PlatformSignIn = true });

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    private static (string, string) Principal(string json) => (PlatformPrincipal.Header, Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));
}
