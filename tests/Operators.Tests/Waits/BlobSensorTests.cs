namespace Updraft.Operators.Tests;

/// <summary>Waits for blobs, against the real Azurite.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobSensorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly AzuriteServer _azurite;

    public BlobSensorTests(AzuriteFixture azurite)
    {
        _azurite = azurite.Server;
        _attempts.With(new BlobSensor());
        if (AzuriteServer.Missing is not null) return;
        _attempts.Connections["key"] = _azurite.ByKey();
        _attempts.Connections["signature"] = _azurite.BySignature();
        _attempts.Connections["wrong"] = _azurite.ByKey() with { Password = Convert.ToBase64String(new byte[64]) };
    }

    public void Dispose() => _attempts.Dispose();

    [AzuriteTheory]
    [InlineData("key")]
    [InlineData("signature")]
    public async Task Path_OfABlob_HoldsOnceItIsThere(string connection)
    {
        var container = await _azurite.ContainerAsync("landing/a b+ü.csv.tmp");
        var with = new { connection, container, path = "landing/a b+ü.csv" };
        var early = await _attempts.PokeAsync("blob", with);
        await _azurite.PutAsync(container, "landing/a b+ü.csv", "1,2,3");

        var late = await _attempts.PokeAsync("blob", with);

        Assert.Equal((false, null, true), (early.Met, early.Error, late.Met));
        Assert.Contains("\"count\":1,\"bytes\":5", late.Result!.Output!.Value!.Value.GetRawText());
    }

    [AzuriteFact]
    public async Task Conditions_OfOneContainer_AreAnsweredTogether()
    {
        var container = await _azurite.ContainerAsync("in/a.csv", "in/b.csv", "in/sub/c.csv", "other/d.csv");

        var found = await _attempts.PokeManyAsync(
            new BlobSensor(),
            new { connection = "key", container, path = "in/a.csv" },
            new { connection = "key", container, path = "in/missing.csv" },
            new { connection = "key", container, prefix = "in/", min_count = 3 },
            new { connection = "key", container, prefix = "in/", min_count = 4 },
            new { connection = "key", container, prefix = "other/", min_bytes = 5 },
            new { connection = "key", container, prefix = "other/", older_than = "1h" },
            new { connection = "key", container },
            new { connection = "key", container, path = "a", prefix = "b" });

        Assert.Equal([true, false, true, false, false, false], found.Take(6).Select(answer => answer is not null));
        Assert.Equal([OperatorErrors.Fields, OperatorErrors.Fields], found.Skip(6));
    }

    [AzuriteFact]
    public async Task Refusals_OfTheService_EndTheWaitAndAMissingContainerDoesNot()
    {
        var container = await _azurite.ContainerAsync();

        var wrong = await _attempts.PokeAsync("blob", new { connection = "wrong", container, path = "a" });
        var missing = await _attempts.PokeAsync("blob", new { connection = "key", container = "missing", path = "a" });

        Assert.Equal(OperatorErrors.Refused, wrong.Result?.Code);
        Assert.Contains("403", wrong.Result!.Reason);
        Assert.Contains("404 ContainerNotFound", missing.Error);
    }
}

/// <summary>What Azurite does not do: many pages, a clock that moves, and the faults that services have.</summary>
public sealed class BlobListingTests : IDisposable
{
    private readonly TestAttempts _attempts = new();

    public BlobListingTests() => _attempts.With(new BlobSensor());

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task OlderThan_OfTheNewest_IsByTheServicesClock()
    {
        await using var service = await StartAsync("<Blob><Name>in/a</Name><Properties><Last-Modified>Sun, 29 Mar 2026 01:00:00 GMT</Last-Modified><Content-Length>3</Content-Length></Properties></Blob>"
            + "<Blob><Name Encoded=\"true\">in/%41</Name><Properties><Last-Modified>Sun, 29 Mar 2026 01:30:00 GMT</Last-Modified><Content-Length>4</Content-Length></Properties></Blob>");

        var found = await _attempts.PokeManyAsync(new BlobSensor(), With(new { older_than = "30m" }), With(new { older_than = "31m" }));

        Assert.Equal(["""{"count":2,"bytes":7,"newest":"2026-03-29T01:30:00Z"}""", null], found);
        Assert.Equal("?restype=container&comp=list&prefix=in%2F&maxresults=5000", Assert.Single(service.Requests).Query);
    }

    [Fact]
    public async Task Pages_AreReadUntilTheConditionHolds()
    {
        await using var service = await StartAsync("<Blob><Name>in/a</Name><Properties><Last-Modified>Sun, 29 Mar 2026 01:00:00 GMT</Last-Modified><Content-Length>3</Content-Length></Properties></Blob>", next: "in/b c");

        var found = await _attempts.PokeAsync("blob", With(new { min_count = 2 }));

        Assert.True(found.Met);
        Assert.Equal(["", "&marker=in%2Fb%20c"], service.Requests.Select(request => request.Query["?restype=container&comp=list&prefix=in%2F&maxresults=5000".Length..]));
    }

    [Fact]
    public async Task Faults_OfTheService_AreLooksThatFailed()
    {
        await using var service = await StartAsync("");
        service.Throttle(3).Fail(503, "busy").Break(half: true).Break(half: false);

        var errors = new List<string?>();
        for (var i = 0; i < 5; i++) errors.Add((await _attempts.PokeAsync("blob", With(new { }))).Error);

        Assert.Equal([true, true, true, true, false], errors.Select(error => error is not null));
        Assert.Contains("429", errors[0]);
        Assert.Contains("503: busy", errors[1]);
    }

    [Fact]
    public async Task SharedKey_SignsWhatTheServiceDocuments()
    {
        await using var service = await StartAsync("");
        _attempts.Connections["storage"] = new Connection { Url = new Uri(service.Url, "/acc"), User = "acc", Password = Convert.ToBase64String("key"u8) };
        await _attempts.PokeAsync("blob", With(new { }));
        var asked = service.Requests.Single();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Url, asked.Path + asked.Query));
        request.Headers.Add("x-ms-version", asked.Header("x-ms-version"));
        request.Headers.Add("x-ms-date", asked.Header("x-ms-date"));

        var text = SharedKey.TextOf(request, "acc");

        Assert.Equal(
            $"GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:{asked.Header("x-ms-date")}\nx-ms-version:2021-12-02\n/acc/acc/c1\ncomp:list\nmaxresults:5000\nprefix:in/\nrestype:container",
            text);
        Assert.Equal($"SharedKey acc:{Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData("key"u8, System.Text.Encoding.UTF8.GetBytes(text)))}", asked.Header("Authorization"));
    }

    [Theory]
    [InlineData("a/1.csv,a/2.csv,b/x,c", "|3;a/|0,1;b/x|2")]
    [InlineData("a/2026-01-01.csv,a/2026-01-02.csv", "a/2026-01-0|0,1")]
    [InlineData("a/,a/b/", "a/|0;a/b/|1")]
    public void Plan_OfManyPrefixes_IsAListingAFolder(string prefixes, string plan) =>
        Assert.Equal(plan.Replace("|3", "c|3", StringComparison.Ordinal).Split(';').Order(StringComparer.Ordinal), BlobPlan.Of(prefixes.Split(',')).Select(listing => $"{listing.Prefix}|{string.Join(',', listing.Answers)}").Order(StringComparer.Ordinal));

    private async Task<FakeService> StartAsync(string blobs, string? next = null)
    {
        var service = await FakeService.StartAsync();
        var list = new Func<ServiceRequest, Microsoft.AspNetCore.Http.IResult>(request =>
        {
            Assert.Equal("2021-12-02", request.Header("x-ms-version"));
            var marker = next is not null && !request.Query.Contains("marker", StringComparison.Ordinal) ? next : "";
            return new Listing($"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ContainerName=\"c1\"><Blobs>{blobs}</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>");
        });
        service.On("GET", "/c1", list).On("GET", "/acc/c1", list);
        _attempts.Connections["storage"] = new Connection { Url = service.Url };
        return service;
    }

    private static Dictionary<string, object?> With(object fields) =>
        new(fields.GetType().GetProperties().Select(property => KeyValuePair.Create(property.Name, property.GetValue(fields))).Concat([KeyValuePair.Create("connection", (object?)"storage"), new("container", "c1"), new("prefix", "in/")]));

    /// <summary>An answer with a date of its own.</summary>
    private sealed class Listing(string xml) : Microsoft.AspNetCore.Http.IResult
    {
        public Task ExecuteAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            context.Response.Headers.Date = "Sun, 29 Mar 2026 02:00:00 GMT";
            context.Response.ContentType = "application/xml";
            return context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(xml)).AsTask();
        }
    }
}
