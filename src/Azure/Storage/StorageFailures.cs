using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Updraft.Dags;

namespace Updraft.Azure;

/// <summary>
/// Says what a failed request to a storage account means to whoever runs Updraft. Only the service's code is told: its messages quote requests.
/// </summary>
/// <param name="storage">The container's address.</param>
internal sealed class StorageFailures(string storage)
{
    private volatile UpdraftException? _last;

    /// <summary>Why the last request failed; null when it did not.</summary>
    public UpdraftException? Last => _last;

    /// <summary>Asks, and throws what fails in our words.</summary>
    /// <param name="ask">The request, with what belongs to it.</param>
    /// <param name="cancellation">The caller's: what it ends is no failure.</param>
    public async Task<T> GuardAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            var answer = await ask();
            _last = null;
            return answer;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && Of(e) is { } failure)
        {
            _last = failure;
            throw failure;
        }
    }

    /// <summary>The failure in our words; null when it is none of storage.</summary>
    public UpdraftException? Of(Exception exception) => exception switch
    {
        RequestFailedException { Status: 401 or 403 } e => new(AzureErrors.NoAccess,
            $"{storage} refuses access ({e.ErrorCode ?? "403"}): check the key, or give the identity the role Storage Blob Data Contributor and the network its place in the account's firewall", e),
        RequestFailedException { Status: 429 } or RequestFailedException { Status: 503 } => new(AzureErrors.Busy, $"{storage} is too busy; what was asked for is tried again", exception),
        RequestFailedException { Status: 0 } or SocketException or IOException or HttpRequestException => Unreachable(exception),
        RequestFailedException e => new(AzureErrors.Storage, $"{storage} failed a request ({e.Status} {e.ErrorCode})", e),
        // What the client has given up to wait for.
        OperationCanceledException or TimeoutException => Unreachable(exception),
        AuthenticationFailedException e => new(AzureErrors.NoAccess, $"nobody is signed in to reach {storage}: {FirstLine(e.Message)}", e),
        AggregateException e when e.InnerExceptions.Count > 0 => Of(e.InnerExceptions[^1]),
        _ => null,
    };

    private UpdraftException Unreachable(Exception cause) => new(AzureErrors.Unreachable,
        IsUnknownHost(cause) ? $"{storage} cannot be reached: there is no such storage account, or its name cannot be resolved here" : $"{storage} cannot be reached ({FirstLine(cause.GetBaseException().Message)})", cause);

    private static bool IsUnknownHost(Exception exception) => exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain };

    private static string FirstLine(string text) => text.AsSpan()[..(text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length)].ToString();
}
