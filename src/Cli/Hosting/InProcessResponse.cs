using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Updraft.Cli;

/// <summary>An answer on its way from the pipeline to the client within one process.</summary>
internal sealed class InProcessResponse : HttpResponseFeature
{
    private readonly Pipe _pipe = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private bool _started;

    public InProcessResponse() => Body = new StreamResponseBodyFeature(new Begins(this, _pipe.Writer.AsStream(leaveOpen: true)));

    public new StreamResponseBodyFeature Body { get; }

    public override bool HasStarted => _started;

    public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    /// <summary>The answer, once its head is there; the rest of the work goes on while the content is read.</summary>
    public async Task<HttpResponseMessage> FromAsync(Task work)
    {
        var ended = EndAsync(work);
        await Task.WhenAny(_begun.Task, ended);
        if (!_begun.Task.IsCompleted) await ended;
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)StatusCode) { ReasonPhrase = ReasonPhrase, Content = new StreamContent(_pipe.Reader.AsStream()) };
        foreach (var (name, values) in Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) response.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        return response;
    }

    private async Task EndAsync(Task work)
    {
        try
        {
            await work;
            await Body.CompleteAsync();
            await _pipe.Writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await _pipe.Writer.CompleteAsync(e);
            if (!_begun.Task.IsCompleted) throw;
        }
    }

    /// <summary>Has the answer begin, where no content has done so.</summary>
    public async Task BeginAsync()
    {
        if (_started) return;
        while (_starting.TryPop(out var next)) await next.Callback(next.State);
        _started = true;
        _begun.TrySetResult();
    }

    /// <summary>Has the answer begin with the first byte.</summary>
    private sealed class Begins(InProcessResponse response, Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.BeginAsync();
            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await response.BeginAsync();
            await inner.FlushAsync(cancellationToken);
        }

        public override void Flush() => throw new NotSupportedException("an answer is written asynchronously");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("an answer is written asynchronously");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
