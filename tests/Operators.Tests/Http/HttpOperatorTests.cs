using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class HttpOperatorTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private FakeService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _attempts.With(new HttpOperator());
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Post_WithBodyAndHeaders_SendsThemAndHandsTheAnswerOver()
    {
        _service.On("POST", "/jobs", new { id = 7 }, 201);

        var result = await RunAsync(new { url = Url("/jobs?a=1"), method = "post", headers = new { X_Run = "{{ run.id }}" }, body = new { day = "{{ ds }}" } });

        var request = Assert.Single(_service.Requests);
        Assert.Equal(("?a=1", TestAttempts.RunId, "application/json"), (request.Query, request.Header("X_Run"), request.Header("Content-Type")));
        Assert.Equal("{\"day\":\"2026-03-29\"}", request.Body);
        Assert.Equal("{\"status\":201,\"body\":{\"id\":7}}", result.Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData("/data/1/id", "8")]
    [InlineData("/data/0", "{\"id\":7}")]
    [InlineData("/a~1b", "true")]
    public async Task Extract_OfAPartOfTheAnswer_IsTheOutput(string pointer, string expected)
    {
        _service.On("GET", "/", new Dictionary<string, object> { ["data"] = new[] { new { id = 7 }, new { id = 8 } }, ["a/b"] = true });

        var result = await RunAsync(new { url = Url("/"), extract = pointer });

        Assert.Equal(expected, result.Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData("/data/2", OperatorErrors.Output)]
    [InlineData("data", OperatorErrors.Output)]
    public async Task Extract_OfNothing_Fails(string pointer, string code)
    {
        _service.On("GET", "/", new { data = new[] { 1 } });

        Assert.Equal(code, (await RunAsync(new { url = Url("/"), extract = pointer })).Code);
    }

    [Theory]
    [InlineData(400, AttemptOutcome.FailedForGood, OperatorErrors.Refused)]
    [InlineData(404, AttemptOutcome.FailedForGood, OperatorErrors.Refused)]
    [InlineData(429, AttemptOutcome.Failed, OperatorErrors.Unavailable)]
    [InlineData(503, AttemptOutcome.Failed, OperatorErrors.Unavailable)]
    public async Task Status_ThatWasNotExpected_FailsWithWhatTheServiceSaid(int status, AttemptOutcome outcome, string code)
    {
        _service.Fail(status, "no such\nthing");

        var result = await RunAsync(new { url = Url("/x") });

        Assert.Equal((outcome, code), (result.Outcome, result.Code));
        Assert.EndsWith($"/x answered {status}: no such thing", result.Reason);
    }

    [Fact]
    public async Task Status_ThatIsExpected_Succeeds()
    {
        _service.Fail(404, "gone");

        Assert.Equal("{\"status\":404,\"body\":\"gone\"}", (await RunAsync(new { url = Url("/x"), expected_status = new[] { 200, 404 } })).Output!.Value!.Value.GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_ThatBreaks_MayBeRetried(bool half)
    {
        _service.Break(half);

        Assert.Equal(AttemptOutcome.Failed, (await RunAsync(new { url = Url("/") })).Outcome);
    }

    [Fact]
    public async Task Answer_OverTheLimit_Fails()
    {
        _service.On("GET", "/", _ => Results.Text(new string('x', 101)));

        Assert.Equal(OperatorErrors.Output, (await RunAsync(new { url = Url("/"), max_bytes = 100 })).Code);
    }

    [Fact]
    public async Task SignIn_OfAConnection_IsSentAndNeverShown()
    {
        _attempts.Connections["api"] = new Connection { Url = new Uri(_service.Url, "/v1"), User = "me", Password = "secret:api_password" };
        _attempts.Secrets["api_password"] = "hunter22";
        _service.On("GET", "/v1/me", request => Results.Text($"you sent hunter22 as {request.Header("Authorization")}", statusCode: 400));

        var result = await RunAsync(new { url = "me", connection = "api" });

        Assert.Equal("Basic bWU6aHVudGVyMjI=", Assert.Single(_service.Requests).Header("Authorization"));
        Assert.DoesNotContain("hunter22", result.Reason);
    }

    [Fact]
    public async Task Redirect_ToAnotherOrigin_LosesTheSignIn()
    {
        await using var other = await FakeService.StartAsync();
        other.On("GET", "/there", new { });
        _attempts.Connections["api"] = new Connection { Url = _service.Url, Token = "t0ken" };
        _service.On("GET", "/here", _ => Results.Redirect(new Uri(other.Url, "/there").AbsoluteUri));

        Assert.Equal(AttemptOutcome.Success, (await RunAsync(new { url = "here", connection = "api" })).Outcome);
        Assert.Null(Assert.Single(other.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Redirect_ToAMetadataService_IsRefused()
    {
        _service.On("GET", "/", _ => Results.Redirect("http://169.254.169.254/metadata/instance"));

        var result = await RunAsync(new { url = Url("/") });

        Assert.Equal((AttemptOutcome.FailedForGood, OperatorErrors.Address), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Redirect_WithoutEnd_IsRefused()
    {
        _service.On("GET", "/", _ => Results.Redirect("/"));

        Assert.Equal(OperatorErrors.Refused, (await RunAsync(new { url = Url("/") })).Code);
        Assert.Equal(ServiceHttp.MaxRedirects + 1, _service.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1/")]
    public async Task Url_OfAnotherScheme_IsRefused(string url) => Assert.Equal(OperatorErrors.Address, (await RunAsync(new { url })).Code);

    private Task<AttemptResult> RunAsync(object with) => _attempts.RunAsync("call", "http", with);

    private string Url(string path) => new Uri(_service.Url, path).AbsoluteUri;
}
