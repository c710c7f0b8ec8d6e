using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Tries connections out, each by the test of its kind.</summary>
public static class ConnectionTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The kinds that are known. Add a kind here.</summary>
    private static readonly ImmutableArray<IConnectionTest> All = [new PostgresConnectionTest(), new SmtpConnectionTest(), new BlobConnectionTest(), new FileShareConnectionTest(), new HttpConnectionTest(), new AzureConnectionTest()];

    /// <summary>Tries a connection out.</summary>
    /// <returns>What was done and what came back, in a line without secrets.</returns>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.ConnectionTest"/>, or what <see cref="Connections.GetAsync"/> throws.</exception>
    public static async Task<string> TryAsync(Connections connections, string name, CancellationToken cancellation = default)
    {
        var connection = await connections.GetAsync(name, cancellation);
        var test = All.FirstOrDefault(test => test.Fits(connection))
            ?? throw new UpdraftException(OperatorErrors.ConnectionTest, $"connection '{name}' cannot be tried out: nothing is known of {(connection.Url is { } url ? $"{url.Scheme}:// URLs" : "a connection without url")}");
        var hidden = new Redactor([.. connection.Secrets, .. connection.SecretsOfUrl]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        try
        {
            return hidden.Redact(await test.TryAsync(connection, name, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new UpdraftException(OperatorErrors.ConnectionTest, $"connection '{name}' does not work: nothing came back within {Longest.TotalSeconds} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UpdraftException(OperatorErrors.ConnectionTest, $"connection '{name}' does not work: {hidden.Redact(e.Message)}");
        }
    }
}
