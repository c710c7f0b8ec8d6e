using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Dags;
using Updraft.Orchestration;
using Updraft.Embedded;

namespace Updraft.Api.Tests;

/// <summary>The order of things: an entry, the work, its outcome.</summary>
public sealed class AuditingTests
{
    private readonly VirtualTime _time = new();
    private readonly List<(string By, int? Status)> _written = [];
    private readonly DefaultHttpContext _context = new();
    private Exception? _failure;
    private int _done;

    public AuditingTests()
    {
        _context.Request.Method = HttpMethods.Post;
        _context.User = new Access("ada", [new Grant(Role.Admin)]).ToPrincipal();
        _context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new RoleNeeded(Role.Viewer)), "changes something"));
        var response = new StartingResponse();
        _context.Features.Set<IHttpResponseFeature>(response);
        _context.Features.Set<IHttpResponseBodyFeature>(response);
    }

    [Fact]
    public async Task Work_Done_HasItsEntryBefore()
    {
        await Auditing(() => Assert.Equal([("ada", null)], _written)).InvokeAsync(_context);

        await _context.Response.StartAsync();

        Assert.Equal((1, ("ada", 202)), (_done, _written[^1]));
    }

    [Fact]
    public async Task Work_ThatCannotBeNoted_IsNotDone()
    {
        _failure = new UpdraftException("UPD3999", "the disk is full");

        await Assert.ThrowsAsync<UpdraftException>(() => Auditing().InvokeAsync(_context));

        Assert.Equal(0, _done);
    }

    [Fact]
    public async Task Outcome_ThatCannotBeNoted_ChangesNoAnswer()
    {
        await Auditing(() => _failure = new UpdraftException("UPD3999", "the disk is full")).InvokeAsync(_context);

        await _context.Response.StartAsync();

        Assert.Equal(("ada", null), Assert.Single(_written));
        Assert.Equal(202, _context.Response.StatusCode);
    }

    [Fact]
    public async Task Caller_GoneBeforeTheAnswer_IsNoted()
    {
        using var gone = new CancellationTokenSource();
        _context.RequestAborted = gone.Token;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Auditing(() =>
        {
            gone.Cancel();
            gone.Token.ThrowIfCancellationRequested();
        }).InvokeAsync(_context));

        Assert.Equal(("ada", 499), _written[^1]);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Look_IsNotNoted(string method)
    {
        _context.Request.Method = method;

        await Auditing().InvokeAsync(_context);

        Assert.Equal((1, 0), (_done, _written.Count));
    }

    private Auditing Auditing(Action? work = null)
    {
        var log = new AuditLog(new WrittenEntries(this));
        return new Auditing(context =>
        {
            _done++;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            work?.Invoke();
            return Task.CompletedTask;
        }, log, new RefusedSignIns(log, _time, NullLogger<RefusedSignIns>.Instance), _time, NullLogger<Auditing>.Instance);
    }

    private sealed class WrittenEntries(AuditingTests test) : IStateStore
    {
        public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default)
        {
            if (test._failure is { } failure) throw failure;
            var entry = DocumentFormat.Read<AuditEntry>(path, write.Content.Span);
            test._written.Add((entry.By, entry.Status));
            return Task.FromResult<string?>("1");
        }

        public Task<Document?> GetAsync(string path, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string path, string? etag, CancellationToken cancellation = default) => throw new NotSupportedException();

        public IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, CancellationToken cancellation = default) => throw new NotSupportedException();
    }

    /// <summary>A response that starts when it is told to, as a server's does.</summary>
    private sealed class StartingResponse : HttpResponseFeature, IHttpResponseBodyFeature
    {
        private readonly List<(Func<object, Task> Callback, object State)> _starting = [];

        public Stream Stream => System.IO.Stream.Null;

        public System.IO.Pipelines.PipeWriter Writer => throw new NotSupportedException();

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

        public void DisableBuffering()
        {
        }

        public async Task StartAsync(CancellationToken cancellationToken = default)
        {
            foreach (var (callback, state) in _starting) await callback(state);
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
