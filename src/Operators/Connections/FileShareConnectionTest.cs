using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Lists what is in the share that the option <c>test_share</c> names, else <c>share</c>; without one, the shares of the account.</summary>
internal sealed class FileShareConnectionTest : IConnectionTest
{
    private const string Option = "test_share";

    public bool Fits(Connection connection) => connection.Options.ContainsKey(Option) || connection.Url?.Host.Contains(".file.", StringComparison.OrdinalIgnoreCase) == true;

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var files = new AzureFiles(new FileServiceClient(connection, name, TimeProvider.System));
        var share = connection.Options.GetValueOrDefault(Option) ?? connection.Options.GetValueOrDefault("share");
        if (string.IsNullOrEmpty(share))
        {
            if (connection.User is not { } account) throw new UpdraftException(OperatorErrors.ConnectionTest, $"without an account's key it is tried out by one of its shares: name it in the option {Option}");
            await files.ListSharesAsync(cancellation);
            return $"the shares of account '{account}' were listed";
        }
        await foreach (var page in files.ListAsync(ShareNames.Share(share), cancellation))
            return $"share '{share}' was listed, and {(page.Files.IsEmpty && page.Folders.IsEmpty ? "is empty" : "has files or folders")}";
        throw new UpdraftException(OperatorErrors.ConnectionTest, $"there is no share '{share}'");
    }
}
