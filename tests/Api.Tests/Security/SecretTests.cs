using System.Text;
using System.Text.Json;

namespace Updraft.Api.Tests;

/// <summary>CVE-2022-27949, CVE-2024-45784: what is secret is in no answer, in whatever form, though tasks use it, print it and fail of it.</summary>
public sealed class SecretTests : IAsyncLifetime
{
    private const string Secret = "c4n@ry/s3cret+of=tests";
    private const string Password = "c4n@ry-p4ssword?of/tests";

    private const string Uses = """
        name: uses
        tasks:
          prints:
            shell:
              script: 'echo "token $TOKEN"; echo "again $(printf %s "$TOKEN" | base64)"; echo "$TOKEN" >&2; exit 3'
              env: {TOKEN: "{{ secrets.canary }}"}
          calls: {http: {connection: canary, url: /nothing}}
          asks: {approval: {question: "Is {{ secrets.canary }} right?"}}
          says: {step: {say: "{{ secrets.canary }}", fail: "it was {{ secrets.canary }}"}}
        """;

    private readonly TeamObjects _ids = new("a", "uses");
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("UPDRAFT_SECRET_CANARY", Secret);
        Environment.SetEnvironmentVariable("UPDRAFT_CONNECTION_CANARY", JsonSerializer.Serialize(new { url = "http://127.0.0.1:1", user = "me", password = Password }));
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        await _server.PublishAsync(Uses);
        await _server.Services.Catalogue.TriggerAsync("uses", run => run with { RunId = "uses-ended" });
        await _server.Engine.Embedded.IdleAsync();
        foreach (var parameter in new[] { "backfillId", "alertId", "keyId" }) _ids.Add(parameter, "none");
        foreach (var parameter in new[] { "task", "taskId" }) _ids.Add(parameter, "prints", "calls", "asks", "says");
        _ids.Add("name", "canary");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Environment.SetEnvironmentVariable("UPDRAFT_SECRET_CANARY", null);
        Environment.SetEnvironmentVariable("UPDRAFT_CONNECTION_CANARY", null);
    }

    [Fact]
    public async Task Secrets_ByEveryRouteThatLooks_AreNotShown()
    {
        var admin = await Asker.OfAsync(_server, new Grant(Role.Admin));
        var (shown, all) = (new List<string>(), new StringBuilder());
        foreach (var route in Route.All(_server).Where(route => route is { Method: "GET", IsOpen: false }))
        {
            foreach (var request in RouteRequest.All(route, _ids))
            {
                var answer = await admin.GetAsync(request.Path);
                all.Append(answer.Text);
                if (Forms().Any(form => answer.Text.Contains(form, StringComparison.OrdinalIgnoreCase))) shown.Add($"{request.Path}: {answer.Text}");
            }
        }

        Assert.True(shown.Count == 0, string.Join("\n", shown));
        // They were there to be shown.
        Assert.Contains("token ***", all.ToString(), StringComparison.Ordinal);
        Assert.Contains("Is *** right?", all.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"canary\"", all.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Forms() => new[] { Secret, Password }.SelectMany(secret => new[]
    {
        secret,
        Uri.EscapeDataString(secret),
        JsonSerializer.Serialize(secret).Trim('"'),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{secret}")).TrimEnd('='),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
    });
}
