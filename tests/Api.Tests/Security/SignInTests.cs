using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api.Tests;

/// <summary>An API that nobody need sign in to (CVE-2020-13927) is one of loopback alone.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private ApiTestServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiTestServer.StartAsync(options => options with { Open = false });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Key_UnknownWrongOrMalformed_IsRefusedWithoutSayingWhy()
    {
        var known = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        var other = known.Secret![..^1] + (known.Secret![^1] == '0' ? '1' : '0');
        var answers = new List<Answer>();
        foreach (var key in new[] { KeyToken.New().Text, other, "upd_", "upd_../../x", known.Secret!.ToUpperInvariant(), known.Secret! + "0" })
        {
            var asker = new Asker(_server, key);
            answers.Add(await asker.GetAsync("whoami"));
        }

        Assert.All(answers, answer => Assert.Equal((401, SecurityErrors.KeyRefused, answers[0].Text, "Bearer realm=\"updraft\""), (answer.Status, answer.Code, answer.Text, answer.Headers["WWW-Authenticate"])));
        Assert.Equal(200, (await known.GetAsync("whoami")).Status);
    }

    [Fact]
    public async Task Key_NoneAtAll_IsToldToSignIn()
    {
        var stranger = new Asker(_server, null);

        Assert.Equal((401, ApiErrors.SignInNeeded), await stranger.GetAsync("whoami") is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal((401, SecurityErrors.KeyRefused), await stranger.GetAsync("whoami", ("Authorization", "Basic YWlyZmxvdzphaXJmbG93")) is var basic ? (basic.Status, basic.Code) : default);
    }

    [Fact]
    public async Task Key_ManyFailures_AreHeardNoMoreForAMinute()
    {
        var known = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        var late = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        var guesser = new Asker(_server, KeyToken.New().Text);
        Assert.Equal(200, (await known.GetAsync("whoami")).Status);
        for (var i = 0; i < SignInLimit.Most; i++) Assert.Equal(401, (await guesser.GetAsync("whoami")).Status);

        var refused = await guesser.GetAsync("whoami");

        Assert.Equal((429, SecurityErrors.TooManySignIns), (refused.Status, refused.Code));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(429, (await late.GetAsync("whoami")).Status);
        // Who had signed in before is not kept out by a neighbour.
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(200, (await known.GetAsync("whoami")).Status);
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, 200), ((await guesser.GetAsync("whoami")).Status, (await late.GetAsync("whoami")).Status));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    public void Remote_OfAnAddress_IsWhatOneSubscriberHas(string address, string remote) => Assert.Equal(remote, SignInLimit.RemoteOf(IPAddress.Parse(address)));

    [Fact]
    public async Task Socket_OfTheFolder_IsItsOwnersUnderTheNameTheyGive()
    {
        async Task<WhoAmI> AskAsync(string? user, string? key = null)
        {
            var answer = await ((TestServer)_server.Pipeline.GetRequiredService<IServer>()).SendAsync(context =>
            {
                context.Features.Set<ITrustedConnection>(new Owned());
                context.Request.Path = $"{UpdraftApi.Prefix}/whoami";
                if (user is not null) context.Request.Headers[SignIn.UserHeader] = user;
                if (key is not null) context.Request.Headers.Authorization = $"Bearer {key}";
            });
            return (await JsonSerializer.DeserializeAsync<WhoAmI>(answer.Response.Body, ApiJson.Options))!;
        }

        var viewer = await Asker.OfAsync(_server, new Grant(Role.Viewer));

        Assert.Equal(("ada", SignInMethod.Socket, new Grant(Role.Admin)), await AskAsync("ada") is var who ? (who.Name, who.Method, Assert.Single(who.Grants)) : default);
        Assert.Equal("the owner", (await AskAsync(null)).Name);
        Assert.Equal("Zoë Łuk", (await AskAsync(Uri.EscapeDataString("Zoë Łuk"))).Name);
        Assert.Equal("the owner", (await AskAsync("ada%0D%0Aroot")).Name);
        // A key that is sent outright is what one is.
        Assert.Equal(SignInMethod.Key, (await AskAsync("ada", viewer.Secret)).Method);
    }

    [Fact]
    public async Task UserHeader_FromAStranger_SaysNothing()
    {
        var viewer = await Asker.OfAsync(_server, new Grant(Role.Viewer));
        var stranger = new Asker(_server, null);

        Assert.Equal("viewer", (await viewer.GetAsync("whoami", (SignIn.UserHeader, "root"))).Read<WhoAmI>().Name);
        Assert.Equal(401, (await stranger.GetAsync("whoami", (SignIn.UserHeader, "root"))).Status);
    }

    [Fact]
    public async Task PlatformHeader_WhereTheHostDoesNotSaySo_IsIgnored()
    {
        var stranger = new Asker(_server, null);
        var admin = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"claims": [{"typ": "roles", "val": "Updraft.Admin"}]}"""));

        Assert.Equal((401, ApiErrors.SignInNeeded), await stranger.GetAsync("whoami", (PlatformPrincipal.Header, admin)) is var answer ? (answer.Status, answer.Code) : default);
    }

    private sealed class Owned : ITrustedConnection;
}
