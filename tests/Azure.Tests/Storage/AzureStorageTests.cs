using Azure.Storage.Blobs;
using Updraft.Dags;

namespace Updraft.Azure.Tests;

/// <summary>Opening a container: what works, and what is said when it does not.</summary>
[Collection(AzuriteTests.Name)]
public sealed class AzureStorageTests(AzuriteFixture azurite)
{
    private const string Secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtc2hvd24=";

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData($"AccountName=a;AccountKey={Secret}x x;EndpointSuffix")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountKey={Secret}")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=not base64 {Secret}")]
    [InlineData("http://account.example.org")]
    [InlineData("https://")]
    [InlineData("ftp://account.example.org/?sig=" + Secret)]
    public async Task OpenAsync_NoSetting_SaysWhatOneIs(string setting)
    {
        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AzureStorage.OpenAsync(new AzureStorageOptions { Storage = setting, Retries = 0 }));

        Assert.Equal(AzureErrors.BadSetting, refused.Code);
        Assert.DoesNotContain("c2Vj", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Updraft")]
    [InlineData("a--b")]
    [InlineData("-ab")]
    [InlineData("a/b/../c")]
    [InlineData("$root")]
    public void Of_NoContainerName_IsRefused(string container)
    {
        var refused = Assert.Throws<UpdraftException>(() => AzureStorage.Of(new AzureStorageOptions { Storage = "UseDevelopmentStorage=true", Container = container }));

        Assert.Equal(AzureErrors.BadSetting, refused.Code);
    }

    [AzuriteFact]
    public async Task OpenAsync_WrongKey_IsNoAccess()
    {
        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AzureStorage.OpenAsync(new AzureStorageOptions { Storage = azurite.Server.ConnectionString.Replace(azurite.Server.Key, Secret, StringComparison.Ordinal) }));

        Assert.Equal(AzureErrors.NoAccess, refused.Code);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NobodyListens_CannotBeReached()
    {
        var refused = await Assert.ThrowsAsync<UpdraftException>(() => AzureStorage.OpenAsync(new AzureStorageOptions { Storage = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Secret};BlobEndpoint=http://127.0.0.1:1/a;", Retries = 0 }));

        Assert.Equal(AzureErrors.Unreachable, refused.Code);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task OpenAsync_UrlWithSignature_WorksAndIsNotShown()
    {
        var storage = await AzureStorage.OpenAsync(new AzureStorageOptions { Storage = $"{azurite.Server.Url}?{azurite.Server.Signature()}", Container = $"c{Guid.NewGuid():N}" });

        await storage.State.PutAsync("a/", StoreTexts.Write("1"));

        Assert.Equal("1", await storage.State.TextAsync("a/"));
        Assert.DoesNotContain("sig=", storage.Name, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task GetAsync_ContainerWasDeleted_IsAFailureAndNotNothing()
    {
        var options = new AzureStorageOptions { Storage = azurite.Server.ConnectionString, Container = $"c{Guid.NewGuid():N}" };
        var storage = await AzureStorage.OpenAsync(options);
        await new BlobContainerClient(options.Storage, options.Container).DeleteAsync();

        var failed = await Assert.ThrowsAsync<UpdraftException>(() => storage.State.GetAsync("a/"));

        Assert.Equal(AzureErrors.Storage, failed.Code);
        Assert.Contains("ContainerNotFound", failed.Message, StringComparison.Ordinal);
    }
}
