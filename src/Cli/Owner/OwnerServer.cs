using System.Net.Sockets;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>
/// Lets other processes of the same user read a data folder that this process owns. It hands out documents and blobs, not runs or logs, so
/// that whoever reads runs the same code here and there.
/// </summary>
internal sealed class OwnerServer : IAsyncDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private readonly IStateStore _store;
    private readonly IBlobStore _blobs;
    private readonly string _path;
    private readonly Socket _socket = OwnerSocket.Create();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private OwnerServer(string path, IStateStore store, IBlobStore blobs)
    {
        (_path, _store, _blobs) = (path, store, blobs);
        // What a killed owner left behind; the folder's lock says that it is gone.
        File.Delete(path);
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _socket.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Listens until disposed.</summary>
    /// <param name="dataFolder">The folder, which this process owns.</param>
    /// <param name="store">Its documents.</param>
    /// <param name="blobs">Its blobs.</param>
    public static OwnerServer Start(string dataFolder, IStateStore store, IBlobStore blobs) => new(OwnerSocket.PathOf(dataFolder), store, blobs);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        File.Delete(_path);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new HashSet<Task>();
        try
        {
            while (true)
            {
                var connection = await _socket.AcceptAsync(_stop.Token);
                serving.RemoveWhere(task => task.IsCompleted);
                serving.Add(ServeAsync(connection));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                await foreach (var answer in AnswerAsync(line))
                {
                    await JsonSerializer.SerializeAsync(stream, answer, OrchestrationJson.Options, _stop.Token);
                    stream.WriteByte((byte)'\n');
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The reader is gone, or this process ends: nobody is left to tell.
        }
    }

    private async IAsyncEnumerable<OwnerAnswer> AnswerAsync(string line)
    {
        var answers = OfAsync(line).GetAsyncEnumerator(_stop.Token);
        await using (answers)
        {
            while (true)
            {
                OwnerAnswer answer;
                try
                {
                    if (!await answers.MoveNextAsync()) yield break;
                    answer = answers.Current;
                }
                catch (Exception e) when (e is UpdraftException or JsonException or IOException or UnauthorizedAccessException)
                {
                    answer = new OwnerAnswer { Error = e.Message, Code = (e as UpdraftException)?.Code ?? CliErrors.Owner };
                }
                yield return answer;
                if (answer.Last) yield break;
            }
        }
    }

    private async IAsyncEnumerable<OwnerAnswer> OfAsync(string line)
    {
        var request = JsonSerializer.Deserialize<OwnerRequest>(line, OrchestrationJson.Options)!;
        switch (request.Op)
        {
            case "get":
                var document = await _store.GetAsync(request.Path, _stop.Token);
                yield return new OwnerAnswer { Bytes = document?.Content.ToArray(), ETag = document?.ETag };
                break;
            case "list":
                await foreach (var entry in _store.ListAsync(request.Path, request.After, _stop.Token)) yield return new OwnerAnswer { Entry = entry, Last = false };
                yield return new OwnerAnswer();
                break;
            case "blob":
                yield return new OwnerAnswer { Bytes = await ReadAsync(request) };
                break;
            case "length":
                yield return new OwnerAnswer { Length = await _blobs.GetLengthAsync(request.Path, _stop.Token) };
                break;
            case "blobs":
                await foreach (var path in _blobs.ListAsync(request.Path, _stop.Token)) yield return new OwnerAnswer { Path = path, Last = false };
                yield return new OwnerAnswer();
                break;
            default:
                throw new UpdraftException(CliErrors.Owner, $"the owner of the data folder knows no '{request.Op}': it is another version of updraft");
        }
    }

    private async Task<byte[]?> ReadAsync(OwnerRequest request)
    {
        await using var blob = await _blobs.OpenReadAsync(request.Path, request.Offset, _stop.Token);
        if (blob is null) return null;
        var chunk = new byte[ChunkBytes];
        var length = await blob.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, _stop.Token);
        return chunk[..length];
    }
}
