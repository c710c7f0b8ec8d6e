using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Reads a data folder through the process that owns it. One request at a time; thread-safe.</summary>
internal sealed class OwnerClient : IStateStore, IBlobStore, IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _turn = new(1);

    private OwnerClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream);
    }

    /// <summary>Connects to the owner of a folder; null when it has none.</summary>
    public static async Task<OwnerClient?> ConnectAsync(string dataFolder, CancellationToken cancellation = default)
    {
        var path = OwnerSocket.PathOf(dataFolder);
        if (!File.Exists(path)) return null;
        var socket = OwnerSocket.Create();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new OwnerClient(socket);
        }
        catch (SocketException)
        {
            // A killed owner leaves its socket behind.
            socket.Dispose();
            return null;
        }
    }

    public async Task<Document?> GetAsync(string path, CancellationToken cancellation = default)
    {
        var answer = await AskAsync(new OwnerRequest("get", path), cancellation);
        return answer.Bytes is { } content ? new Document(content, answer.ETag!) : null;
    }

    public async IAsyncEnumerable<DocumentEntry> ListAsync(string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var answer in await AskAllAsync(new OwnerRequest("list", prefix, after), cancellation)) yield return answer.Entry!;
    }

    public async Task<Stream?> OpenReadAsync(string path, long offset = 0, CancellationToken cancellation = default)
    {
        var content = new MemoryStream();
        while (true)
        {
            var answer = await AskAsync(new OwnerRequest("blob", path, Offset: offset + content.Length), cancellation);
            if (answer.Bytes is null) return content.Length == 0 ? null : Rewound(content);
            if (answer.Bytes.Length == 0) return Rewound(content);
            content.Write(answer.Bytes);
        }
    }

    public async Task<long?> GetLengthAsync(string path, CancellationToken cancellation = default) => (await AskAsync(new OwnerRequest("length", path), cancellation)).Length;

    async IAsyncEnumerable<string> IBlobStore.ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var answer in await AskAllAsync(new OwnerRequest("blobs", prefix), cancellation)) yield return answer.Path!;
    }

    public Task<string?> PutAsync(string path, DocumentWrite write, CancellationToken cancellation = default) => throw ReadOnly();

    Task<bool> IStateStore.DeleteAsync(string path, string? etag, CancellationToken cancellation) => throw ReadOnly();

    public Task<long?> AppendAsync(string path, long expectedOffset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) => throw ReadOnly();

    public Task WriteAsync(string path, Stream content, CancellationToken cancellation = default) => throw ReadOnly();

    Task IBlobStore.DeleteAsync(string prefix, CancellationToken cancellation) => throw ReadOnly();

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
        _turn.Dispose();
    }

    private static MemoryStream Rewound(MemoryStream content)
    {
        content.Position = 0;
        return content;
    }

    private static UpdraftException ReadOnly() => new(CliErrors.Owner, "another process owns the data folder: here it can only be read");

    private async Task<OwnerAnswer> AskAsync(OwnerRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await SendAsync(request, cancellation);
            return await ReceiveAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<OwnerAnswer>> AskAllAsync(OwnerRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await SendAsync(request, cancellation);
            var answers = new List<OwnerAnswer>();
            while (await ReceiveAsync(cancellation) is { Last: false } answer) answers.Add(answer);
            return answers;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendAsync(OwnerRequest request, CancellationToken cancellation)
    {
        try
        {
            await JsonSerializer.SerializeAsync(_stream, request, OrchestrationJson.Options, cancellation);
            await _stream.WriteAsync("\n"u8.ToArray(), cancellation);
        }
        catch (IOException e)
        {
            throw Gone(e);
        }
    }

    private async Task<OwnerAnswer> ReceiveAsync(CancellationToken cancellation)
    {
        string? line;
        try
        {
            line = await _reader.ReadLineAsync(cancellation);
        }
        catch (IOException e)
        {
            throw Gone(e);
        }
        var answer = line is null ? throw Gone(null) : JsonSerializer.Deserialize<OwnerAnswer>(line, OrchestrationJson.Options)!;
        return answer.Error is { } error ? throw new UpdraftException(answer.Code!, error) : answer;
    }

    private static UpdraftException Gone(Exception? cause) => new(CliErrors.Owner, "the process that owned the data folder has ended: run the command again", cause);
}
