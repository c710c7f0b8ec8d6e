using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Updraft.EndToEnd;

/// <summary>Where others reach a server, nobody gets in without a key, and nothing is served that nobody could sign in to.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class SignInTests : IDisposable
{
    private static readonly HttpClient Http = new();

    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Serve_OffLoopbackForTheFirstTime_MakesAKeyAndShowsItOnce()
    {
        string key;
        using (var first = await _here.ServeAsync("--urls", "http://0.0.0.0:0"))
        {
            key = Key().Match(await first.LineAsync("upd_")).Value;
            var address = await AddressAsync(first);
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(address, null));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(address, key));
            first.Interrupt();
            await first.EndAsync();
        }

        using var second = await _here.ServeAsync("--urls", "http://0.0.0.0:0");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(await AddressAsync(second), key));
        second.Interrupt();
        Assert.DoesNotContain("upd_", (await second.EndAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_OffLoopbackWhereAllKeysAreRevoked_DoesNotStartAndSaysWhatToDo()
    {
        using (var first = await _here.ServeAsync("--sign-in"))
        {
            var key = Key().Match(await first.LineAsync("upd_")).Value;
            using var revoke = new HttpRequestMessage(HttpMethod.Delete, $"{await AddressAsync(first)}/api/v1/keys/{key.Split('_')[1]}");
            revoke.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var revoked = await Http.SendAsync(revoke);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(await AddressAsync(first), key));
            first.Interrupt();
            await first.EndAsync();
        }

        var refused = (await _here.RunAsync("serve", "--urls", "http://0.0.0.0:0")).Expect(2);

        Assert.Contains("updraft keys create", refused.Error, StringComparison.Ordinal);
        Assert.Contains("UPD6040", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<string> AddressAsync(Updraft serve) => Address().Match(await serve.LineAsync("listening on ")).Value.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> AskAsync(string address, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/api/v1/whoami");
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode;
    }

    [GeneratedRegex("upd_[0-9a-f]{12}_[0-9a-f]{64}")]
    private static partial Regex Key();

    [GeneratedRegex(@"http://[0-9.]+:\d+")]
    private static partial Regex Address();
}
