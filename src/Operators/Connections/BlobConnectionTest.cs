using System.Globalization;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Lists one blob of the container that the option <c>test_container</c> names, as waits for blobs do.</summary>
internal sealed class BlobConnectionTest : IConnectionTest
{
    private const string Option = "test_container";

    public bool Fits(Connection connection) => connection.Options.ContainsKey(Option) || connection.Url?.Host.Contains(".blob.", StringComparison.OrdinalIgnoreCase) == true;

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var container = connection.Options.GetValueOrDefault(Option) ?? throw new UpdraftException(OperatorErrors.ConnectionTest, $"a storage account is tried out by one of its containers: name it in the option {Option}");
        await foreach (var page in new AzureBlobs(connection, name).ListAsync(container, "", pageSize: 1, cancellation: cancellation))
            return string.Create(CultureInfo.InvariantCulture, $"container '{container}' was listed, and has {(page.Blobs.Length == 0 ? "no blobs" : "blobs")}");
        return $"container '{container}' was listed";
    }
}
