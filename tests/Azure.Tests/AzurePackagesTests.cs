using System.Reflection;

namespace Updraft.Azure.Tests;

/// <summary>What <c>eng/AzurePackages.props</c> gives to those who store in Azure.</summary>
public sealed class AzurePackagesTests
{
    [Theory]
    [InlineData("Azure.Storage.Blobs", "Azure.Storage.Blobs.Specialized.AppendBlobClient")]
    [InlineData("Azure.Storage.Blobs", "Azure.Storage.Blobs.Specialized.BlockBlobClient")]
    [InlineData("Azure.Storage.Common", "Azure.Storage.StorageSharedKeyCredential")]
    public void StorageAssembly_Loads_WithWhatIsUsedOfIt(string assembly, string type) => Assert.NotNull(Assembly.Load(assembly).GetType(type, throwOnError: true));
}
